"""Decides which commands there are, in the order of `diachiso --help`: from the first thing one does to the last."""

from typing import Final, NamedTuple


class Entry(NamedTuple):
    """A command or a group of them: its name, the module of `service.cli` that holds it, and what `--help` says of it."""

    name: str
    part: str
    help: str


CONTENTS: Final = (
    Entry(
        "demo",
        "demo",
        "Chạy thử: chuẩn bị dữ liệu mẫu rồi mở trang web / Prepare sample data, then serve. Ví dụ: diachiso demo --port 8080",
    ),
    Entry("db", "db", "Cơ sở dữ liệu / The database. Ví dụ: diachiso db doctor"),
    Entry("units", "units", "Đơn vị hành chính qua các thời kỳ / Units over time. Ví dụ: diachiso units show 03166"),
    Entry("reform", "reform", "Sắp xếp đơn vị hành chính / Reforms. Ví dụ: diachiso reform apply bang_ke_thua.csv --dry-run"),
    Entry(
        "import",
        "imports",
        "Nhập một tệp bàn giao thành một lô / Import a hand-over file as one batch. Ví dụ: diachiso import sample_data/dien_bien.csv",
    ),
    Entry("batches", "imports", "Liệt kê các lô, mới nhất trước / List the batches, the newest first. Ví dụ: diachiso batches"),
    Entry("batch", "imports", "Xem, hoàn tác một lô, lấy các dòng bị giữ lại / Look into one batch."),
    Entry(
        "mapping",
        "mapping",
        "Ánh xạ cột của tệp lạ / Column mappings of foreign files. Ví dụ: diachiso mapping suggest lo_1.xlsx --output lo_1.toml",
    ),
    Entry("quarantine", "quarantine", "Các dòng bị giữ lại chờ sửa: xem, xuất, nộp lại / Rows that wait to be mended."),
    Entry("ledger", "ledger", "Sổ bàn giao địa chỉ số toàn quốc / National ledger of hand-overs."),
    Entry(
        "resolve",
        "resolve",
        "Tìm mã địa chỉ số từ một dòng chữ / Find the door of a text.\n\n"
        'Ví dụ: diachiso resolve "12 ngõ 5 Trần Phú, P. Điện Biên Phủ, Điện Biên"\n\n'
        "Cả tệp / a whole file: diachiso resolve --input don_hang.csv --column dia_chi --output ket_qua.csv",
    ),
    Entry(
        "reverse",
        "reverse",
        "Cửa gần một điểm nhất, cách bao xa, thuộc đơn vị nào / The nearest door to a point. Ví dụ: diachiso reverse 21.386 103.017",
    ),
    Entry(
        "convert",
        "convert",
        "Đổi địa chỉ giữa đơn vị cũ và mới / Between the old map and today's.\n\n"
        'Ví dụ: diachiso convert "12 Trần Phú, P. Châu Cầu, TP Phủ Lý, Hà Nam"',
    ),
    Entry("code", "codes", "Mã địa chỉ số / Codes. Ví dụ: diachiso code check 32110-K7Q4M"),
    Entry("address", "address", "Vòng đời một địa chỉ / The life of a door. Ví dụ: diachiso address history 32110-K7Q4M"),
    Entry(
        "plates",
        "plates",
        "In biển địa chỉ số có QR, 10 biển mỗi trang A4 / Print plates with a QR, ten a page.\n\n"
        "Ví dụ: diachiso plates --commune 03127 --status notified --output bien.pdf",
    ),
    Entry("correction", "corrections", "Đề nghị sửa địa chỉ / Proposed corrections. Ví dụ: diachiso correction list"),
    Entry("feedback", "feedback", "Góp ý về câu trả lời sai / Reports of wrong answers. Ví dụ: diachiso feedback list"),
    Entry("coverage", "coverage", "Độ phủ địa chỉ số theo xã / Coverage by commune. Ví dụ: diachiso coverage --province 11"),
    Entry("service-points", "coverage", "Điểm phục vụ bưu chính / Postal service points."),
    Entry("report", "report", "Báo cáo nộp cấp trên và biểu đồ / Reports to be handed in, and charts."),
    Entry("baseline", "baseline", "Số hộ theo thống kê / Households by statistical source."),
    Entry("target", "targets", "Chỉ tiêu của các kế hoạch / Targets of the plans. Ví dụ: diachiso target show --province 11"),
    Entry(
        "indicators",
        "indicators",
        "Chỉ tiêu hạ tầng bưu chính / Infrastructure indicators. Ví dụ: diachiso indicators --province 11 --year 2025",
    ),
    Entry("population", "indicators", "Dân số theo đơn vị và năm / People by unit and year."),
    Entry("changes", "changes", "Sổ đã thay đổi những gì / What changed in the registry."),
    Entry("key", "key", "Khóa truy cập / API keys. Ví dụ: diachiso key list"),
    Entry("audit", "audit", "Nhật ký ai làm gì, xem gì / Who did or read what. Ví dụ: diachiso audit list"),
    Entry("privacy", "privacy", "Dữ liệu cá nhân / Personal data. Ví dụ: diachiso privacy show MÃ --purpose …"),
    Entry("breach", "breach", "Sổ vi phạm dữ liệu cá nhân / Breaches of personal data. Ví dụ: diachiso breach list"),
    Entry("serve", "serve", "Mở trang và dịch vụ HTTP / Open the page and the HTTP service. Ví dụ: diachiso serve --port 8001"),
    Entry("worker", "worker", "Làm các việc trong hàng đợi tới khi dừng / Work off the queue until stopped. Ví dụ: diachiso worker"),
    Entry("bench", "bench", "Đo tốc độ và độ đúng / Measure speed and accuracy. Ví dụ: diachiso bench resolve"),
)
