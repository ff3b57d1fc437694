"""Decides which words are surnames, how sure a word is one, and in front of which words a name is that of a place or a street."""

from typing import Final

from registry.text import fold

_SURE_WORDS: Final = "nguyễn trần lê phạm huỳnh phan vũ võ đặng bùi ngô"
_WITH_TWO_MORE_WORDS: Final = "trịnh đinh"
_IN_A_NOTE_WORDS: Final = "hoàng đỗ dương lý trương"
_UNMARKED_WORDS: Final = "nguyen pham huynh trinh"
# Hồ is a lake, Mai a day, Vàng a colour, and without marks much is another word; the last two lines are those of the north-west.
_OTHER_WORDS: Final = """
ho doan lam mai cao chau dao ha luong luu ta thai to trieu vuong quach kieu hua chu tang ton ung khuc nghiem nong be
la lo quang vang giang lu ma mua sung thao
"""
_TYPE_WORDS: Final = """
đường duong phố pho phường phuong xã xa quận quan huyện huyen tỉnh tinh thôn thon ấp ap xóm xom ngõ ngo hẻm hem
"""
# As they are written, with marks and without: Phương and Huyền are names of people.
_STOP_WORDS: Final = "số so kiệt kiet ngách ngach tp tx tt p q x h khóm khom tổ tdp kp khu sn chung lầu tầng tòa toà"
_PLACE_WORDS: Final = """
chợ cầu chùa đền đình miếu bến cảng ga ngã cổng trường truong thpt thcs học viện vien thờ lăng tượng đài viên cư thị
hồ núi sông kênh rạch
"""
_NEAR_WORDS: Final = "gần gan cạnh canh diện dien giáp góc goc sau trước đối"
_SHOP_WORDS: Final = "quán tiệm hiệu ty sạn"
_ALONG_WORDS: Final = "vào ra từ tới đến dọc nối"

# Written with their marks surnames and hardly another word, so that one more word makes a name; those of the next two with two more
# words, the last only where no street is expected.
SURE: Final = frozenset(_SURE_WORDS.split())
SURE_IN_FULL: Final = SURE | frozenset(_WITH_TWO_MORE_WORDS.split()) | frozenset(_UNMARKED_WORDS.split())
SURE_IN_A_NOTE: Final = SURE | frozenset(_WITH_TWO_MORE_WORDS.split()) | frozenset(_IN_A_NOTE_WORDS.split())
# All surnames, folded: beside a phone, behind a label, or with Văn or Thị behind.
SURNAMES: Final = frozenset(map(fold, SURE_IN_A_NOTE)) | frozenset(_OTHER_WORDS.split())
MIDDLE: Final = frozenset({"văn", "thị", "van", "thi"})

# Where an address goes on.
TYPES: Final = frozenset(_TYPE_WORDS.split())
STOPS: Final = TYPES | frozenset(_STOP_WORDS.split())
# What is named after people: public places; near what something lies; shops; where one goes along.
BEFORE_PLACES: Final = STOPS | frozenset(_PLACE_WORDS.split())
NEAR: Final = frozenset(_NEAR_WORDS.split())
BEFORE_IN_A_NOTE: Final = BEFORE_PLACES | NEAR | frozenset(_SHOP_WORDS.split()) | frozenset(_ALONG_WORDS.split())
