// What the columns of a hand-over are called.

export default {
  vi: {
    field_so_nha: "Số nhà", field_ngo: "Ngõ, hẻm, kiệt", field_ngach: "Ngách", field_duong: "Đường, phố", field_thon_to: "Thôn, xóm, ấp, tổ dân phố", field_toa_nha: "Tòa nhà", field_tang: "Tầng",
    field_phong: "Phòng, căn hộ", field_can_ho: "Căn hộ", field_dia_chi: "Cả địa chỉ trong một ô", field_xa: "Xã, phường", field_huyen: "Huyện, quận (trước 2025)", field_tinh: "Tỉnh, thành phố", field_ma_xa: "Mã xã, phường",
    field_kinh_do: "Kinh độ (hoặc Y, mét)", field_vi_do: "Vĩ độ (hoặc X, mét)", field_toa_do: "Tọa độ", field_ma_dia_chi_so: "Mã địa chỉ số", field_vpostcode: "Vpostcode", field_loai: "Loại địa chỉ",
    field_ma_ho: "Mã hộ", field_so_ho: "Số hộ", field_trang_thai: "Trạng thái", field_ngay_thu_thap: "Ngày thu thập", field_ghi_chu: "Ghi chú", field_stt: "Số thứ tự",
  },
  en: {
    field_so_nha: "House number", field_ngo: "Alley (ngõ, hẻm, kiệt)", field_ngach: "Branch alley (ngách)", field_duong: "Street", field_thon_to: "Hamlet or residential group", field_toa_nha: "Building", field_tang: "Floor",
    field_phong: "Room, flat", field_can_ho: "Flat", field_dia_chi: "The whole address in one cell", field_xa: "Commune or ward", field_huyen: "District (before 2025)", field_tinh: "Province", field_ma_xa: "Commune code",
    field_kinh_do: "Longitude (or easting, metres)", field_vi_do: "Latitude (or northing, metres)", field_toa_do: "Coordinates", field_ma_dia_chi_so: "Digital address code", field_vpostcode: "Vpostcode", field_loai: "Kind of address",
    field_ma_ho: "Household reference", field_so_ho: "Households", field_trang_thai: "Status", field_ngay_thu_thap: "Day of collection", field_ghi_chu: "Note", field_stt: "Row number",
  },
};
