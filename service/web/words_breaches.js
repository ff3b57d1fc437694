// The words of the register of breaches.

export default {
  vi: {
    title: "Sổ vi phạm dữ liệu cá nhân", lead: "Cơ quan có thẩm quyền phải được báo trong 72 giờ từ lúc phát hiện.", law: "Căn cứ: {law}.",
    hello: "Trang này dành cho quản trị", helloWhat: "Sổ vi phạm chỉ người có khóa quản trị xem và ghi được.",
    openTitle: "Ghi một vụ mới", what: "Việc gì đã xảy ra (không ghi họ tên, số điện thoại)", detected: "Phát hiện lúc (giờ Việt Nam; để trống: bây giờ)", openIt: "Ghi vào sổ", opened: "Đã ghi vụ {n}.",
    onlyAdded: "Sổ chỉ ghi thêm, không sửa, không xóa.", none: "Chưa có vụ nào.", caseNumber: "Vụ {n}",
    state_open: "Chưa báo", state_notified: "Đã báo", state_closed: "Đã đóng",
    left: "Còn {time} để báo", overdue: "QUÁ HẠN {time}: chưa báo cơ quan", inTime: "Đã báo trong hạn", tooLate: "Đã báo, muộn hạn", closedUntold: "Đã đóng, không phải báo",
    days: "{n} ngày", hours: "{n} giờ", minutes: "{n} phút", clockOf: "Thời gian đã qua trong 72 giờ",
    factDetected: "Phát hiện", factDeadline: "Hạn báo", factNotified: "Đã báo lúc", factOpened: "Ghi sổ", toldTitle: "Đã báo cho ai", toldNobody: "Chưa báo cho ai.",
    deedsTitle: "Đã làm gì", kind_note: "Ghi chú", kind_notified: "Đã báo cơ quan", kind_closed: "Đóng vụ",
    addTitle: "Ghi thêm", addKind: "Loại việc", addWords: "Nội dung (báo cho ai, bằng cách nào, số công văn…)", addIt: "Ghi thêm", added: "Đã ghi.", needsWords: "Hãy ghi nội dung.", closeHint: "Vụ đã đóng không ghi thêm được nữa.",
    notice: "Bản thông báo để in", reading: "Đang đọc…",
  },
  en: {
    title: "Register of breaches of personal data", lead: "The authority must know within 72 hours of the detection.", law: "By: {law}.",
    hello: "This page is for administrators", helloWhat: "Only whoever holds an administrator's key sees and writes the register of breaches.",
    openTitle: "Write a new breach down", what: "What happened (no names, no phone numbers)", detected: "Found at (Vietnam's time; empty: now)", openIt: "Write it down", opened: "Breach {n} was written down.",
    onlyAdded: "The register is only added to; nothing is changed or removed.", none: "No breach is registered.", caseNumber: "Breach {n}",
    state_open: "Not told", state_notified: "Told", state_closed: "Closed",
    left: "{time} left to tell", overdue: "OVERDUE by {time}: the authority was not told", inTime: "Told in time", tooLate: "Told, too late", closedUntold: "Closed, nobody had to be told",
    days: "{n} d", hours: "{n} h", minutes: "{n} min", clockOf: "Time gone of the 72 hours",
    factDetected: "Found", factDeadline: "Tell until", factNotified: "Told at", factOpened: "Written down", toldTitle: "Who was told", toldNobody: "Nobody was told yet.",
    deedsTitle: "What was done", kind_note: "Note", kind_notified: "Authority told", kind_closed: "Closed",
    addTitle: "Add to it", addKind: "Kind", addWords: "Words (who was told, how, number of the letter…)", addIt: "Add", added: "Written down.", needsWords: "Please write something.", closeHint: "A closed breach takes no more.",
    notice: "Notice to print", reading: "Reading…",
  },
};
