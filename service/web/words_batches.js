// The words of batches and of their rows that wait.

export default {
  vi: {
    batches: "Các lô đã nộp", batchState: "Trạng thái", batch_received: "Đã nhận", batch_staged: "Đang đọc", batch_checked: "Đã kiểm tra", batch_committed: "Đã nhập", batch_rejected: "Không nhập", batch_rolled_back: "Đã hoàn tác",
    batchNumber: "Lô {n}", noBatches: "Chưa có lô nào.", moreBatches: "Xem lô cũ hơn", backBatches: "Các lô", short_new: "mới", short_changed: "cập nhật", short_same: "không đổi", short_incomplete: "thiếu", short_duplicate: "trùng", short_rejected: "từ chối",
    batchReceived: "nộp {day}", batchCommitted: "nhập {day}", batchUndone: "hoàn tác {day}", papers: "Giấy tờ", minutes: "Biên bản bàn giao", report: "Báo cáo {format}", papersHint: "Biên bản mở ở thẻ mới, để in và ký.", papersNoMinutes: "Biên bản có sau khi lô được nhập.",
    waitingTitle: "Dòng chờ sửa", waitingOf: "{n} dòng chưa vào sổ, được giữ nguyên như trong tệp.", nothingWaits: "Không có dòng nào đang chờ.", seeWaiting: "Xem các dòng chờ", batchIssues: "Vấn đề đã gặp", fingerprint: "Tệp gốc", handedBy: "Nơi nộp",
    undoTitle: "Hoàn tác lô này", undoHint: "Xem trước sẽ mất gì; chỉ hoàn tác được khi chưa có gì sửa lên trên lô này.", undoReason: "Lý do", undoLook: "Xem trước", undo: "Hoàn tác", undone: "Đã hoàn tác.", undoNeedsReason: "Hãy ghi lý do.",
    undoWhat: "{removed} địa chỉ do lô này tạo sẽ bị gỡ; {restored} địa chỉ trở lại như trước.", undoCodes: "Mã đã cấp cho địa chỉ bị gỡ được thu hồi, không bao giờ cấp lại.",
    purposeTitle: "Xem để làm gì?", purposeHint: "Các dòng này có thể có dữ liệu của hộ. Mỗi lần xem được ghi vào nhật ký: ai, lúc nào, để làm gì.", purpose: "Mục đích", purpose_mend: "Sửa để nộp lại", purpose_answer: "Trả lời nơi lập tệp", purpose_audit: "Kiểm tra theo yêu cầu",
    showRows: "Xem các dòng", purposeSaid: "Mục đích đã ghi: {purpose}",
  },
  en: {
    batches: "Batches handed over", batchState: "State", batch_received: "Received", batch_staged: "Being read", batch_checked: "Checked", batch_committed: "Imported", batch_rejected: "Not imported", batch_rolled_back: "Rolled back",
    batchNumber: "Batch {n}", noBatches: "No batch yet.", moreBatches: "Older batches", backBatches: "Batches", short_new: "new", short_changed: "updated", short_same: "unchanged", short_incomplete: "incomplete", short_duplicate: "duplicate", short_rejected: "rejected",
    batchReceived: "handed over {day}", batchCommitted: "imported {day}", batchUndone: "rolled back {day}", papers: "Papers", minutes: "Minutes of the hand-over", report: "Report {format}", papersHint: "The minutes open in a tab of their own, to be printed and signed.", papersNoMinutes: "There are minutes once the batch is imported.",
    waitingTitle: "Rows that wait", waitingOf: "{n} rows did not enter and are kept as they came.", nothingWaits: "No row is waiting.", seeWaiting: "See the rows that wait", batchIssues: "Issues met", fingerprint: "The file", handedBy: "Handed over by",
    undoTitle: "Roll this batch back", undoHint: "See first what would go; it can be undone only while nothing was built upon it.", undoReason: "Reason", undoLook: "See what would go", undo: "Roll back", undone: "Rolled back.", undoNeedsReason: "Please give a reason.",
    undoWhat: "{removed} addresses made by this batch go; {restored} return to what they were.", undoCodes: "Codes of the addresses that go are withdrawn and never issued again.",
    purposeTitle: "What do you need them for?", purposeHint: "These rows may hold data of households. Every look is written down: who, when, what for.", purpose: "Purpose", purpose_mend: "To mend and hand in again", purpose_answer: "To answer whoever made the file", purpose_audit: "A requested check",
    showRows: "Show the rows", purposeSaid: "Purpose on record: {purpose}",
  },
};
