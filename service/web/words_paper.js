// The words around a paper that is to be printed.

export default {
  vi: {
    title: "Giấy để in", noPaper: "Không có giấy nào ở địa chỉ này. Biên bản mở từ trang của một lô, thông báo vi phạm mở từ sổ vi phạm.",
    back_lo: "Lô {n}", back_vu: "Vụ {n}", print: "In",
  },
  en: {
    title: "Papers", noPaper: "There is no paper at this address. Minutes open from the page of a batch, notices from the register of breaches.",
    back_lo: "Batch {n}", back_vu: "Breach {n}", print: "Print",
  },
};
