// The words of the page of open data.

export default {
  vi: {
    title: "Dữ liệu mở", lead: "Tải về và dùng lại, không cần xin phép. Không có cửa nhà nào, không có tên người nào.",
    version: "Phiên bản dữ liệu", edition: "Ấn bản", asOf: "Tính đến", terms: "Điều kiện dùng", checksum: "Mã kiểm SHA-256", size: "{n} KB", making: "Đang làm tệp…", of: "{title}, {format}",
    csv: "CSV", geojson: "GeoJSON", gpkg: "GeoPackage", parquet: "Parquet",
    feedTitle: "Theo dõi thay đổi", feedWhat: "Mỗi thay đổi đã ghi vào sổ có một số thứ tự, liền nhau. Ai nhớ số cuối cùng mình đã đọc thì lần sau chỉ phải hỏi phần mới.",
    feedFirst: "Lấy bản chụp của một tỉnh: dòng đầu nói bản chụp dừng ở số nào.", feedThen: "Hỏi những gì đến sau số ấy; next của câu trả lời dùng cho lần hỏi sau.",
    feedWait: "Thêm wait=30 thì máy chủ giữ câu hỏi đến khi có gì mới, lâu nhất 30 giây.", feedComplete: "complete là true khi câu trả lời dừng ở cuối một giao dịch: chỉ ghi vào bản sao của mình ở những chỗ ấy.",
    feedExample: "Một sự kiện trông như sau", feedKey: "Nơi nào đặt quyền xem, câu hỏi về cửa nhà cần khoá gửi trong tiêu đề Authorization.",
  },
  en: {
    title: "Open data", lead: "Download and use again without asking. No door and no person's name is in it.",
    version: "Version of the data", edition: "Edition", asOf: "As of", terms: "Terms of use", checksum: "SHA-256 checksum", size: "{n} KB", making: "Making the file…", of: "{title}, {format}",
    csv: "CSV", geojson: "GeoJSON", gpkg: "GeoPackage", parquet: "Parquet",
    feedTitle: "Following the changes", feedWhat: "Every change written to the registry has a number, one after the other. Who remembers the last number read asks only for what is new.",
    feedFirst: "Take a snapshot of a province: its first line says at which number it stands.", feedThen: "Ask for what came after that number; next of the answer serves for the question after it.",
    feedWait: "With wait=30 the server holds the question until there is something new, 30 seconds at most.", feedComplete: "complete is true where the answer ends with a transaction: write to your copy at those places only.",
    feedExample: "An event looks like this", feedKey: "Where the deployment restricts it, questions about doors need a key in the header Authorization.",
  },
};
