// The words of the key, which every page may need.

export default {
  vi: {
    keyPaste: "Dán khóa vào đây", keyUse: "Dùng khóa này", keyDrop: "Bỏ khóa",
    keyKept: "Khóa chỉ nằm trong thẻ này của trình duyệt, mất khi đóng thẻ. Không ghi vào cookie hay địa chỉ trang.",
    keyUsed: "Đang dùng khóa {start}…", keyWithout: "Chưa dùng khóa. Vẫn tìm được đường, thôn, xã và tra được mã ghi đầy đủ; xem từng địa chỉ thì cần khóa.",
    keyLocal: "Máy chủ này mở cho máy đang dùng: không cần khóa.", keyAs: "Đang dùng khóa của {role}, {where}.",
    keyProvinces: "tỉnh {list}", keyCountry: "cả nước", keyShape: "Khóa chưa đủ hoặc có dấu cách. Hãy chép lại cả dòng, bắt đầu bằng dcs_.",
    keyWrong: "Khóa này không đúng, đã hết hạn hoặc đã bị thu hồi. Hãy hỏi nơi cấp khóa.", keyNone: "Chưa có khóa?", keyHow: "Cách xin khóa",
    role_public: "khách", role_courier: "bưu tá, đơn vị giao hàng", role_province_officer: "cán bộ tỉnh", role_reporter: "người lập báo cáo",
    role_auditor: "kiểm toán", role_administrator: "quản trị", role_local: "máy này",
    keyHelp401: "Nếu đã được cấp khóa, hãy nhập ở đây.", keyHelp403: "Nếu có khóa khác đủ quyền, hãy đổi khóa.", keyHelp429: "Có khóa thì được hỏi nhiều hơn.",
    keyWait: "Hãy đợi {n} giây rồi thử lại.", keyEnter: "Nhập khóa truy cập", retry: "Thử lại",
  },
  en: {
    keyPaste: "Paste the key here", keyUse: "Use this key", keyDrop: "Drop the key",
    keyKept: "The key stays in this tab of the browser and is gone when the tab closes. It is in no cookie and no address.",
    keyUsed: "The key {start}… is used", keyWithout: "No key is used. Streets, hamlets, communes and codes given in full can be found; single doors need a key.",
    keyLocal: "This server is open to the machine that you are at: no key is needed.", keyAs: "The key of a {role} is used, for {where}.",
    keyProvinces: "province {list}", keyCountry: "the whole country", keyShape: "The key is not whole or has a space in it. Copy the whole line, which begins with dcs_.",
    keyWrong: "The key is wrong, has expired or was revoked. Ask whoever issued it.", keyNone: "No key yet?", keyHow: "How to get one",
    role_public: "visitor", role_courier: "courier or delivery house", role_province_officer: "province officer", role_reporter: "reporter",
    role_auditor: "auditor", role_administrator: "administrator", role_local: "this machine",
    keyHelp401: "If you were given a key, enter it here.", keyHelp403: "If you have another key that allows it, change the key.", keyHelp429: "With a key you may ask more often.",
    keyWait: "Wait {n} seconds and try again.", keyEnter: "Enter a key", retry: "Try again",
  },
};
