"""What the simulator assumes of a province, in one place.

From the report of April 2022: 60 % of applications received online, nearly 10,000 applications synchronised a day. All
other figures are assumptions of ours, set so that an ordinary working day changes 10,000 ± 500 distinct applications.
"""

from datetime import timedelta

# --- demand ----------------------------------------------------------------------------------------------------------
FILED_A_DAY = 4_090  # on an ordinary working day; calibrated: tests/simulation/test_calibration.py
ONLINE_SHARE = 0.60
POSTAL_SHARE = 0.04
FOR_A_BUSINESS = 0.04  # of applications that a citizen could file as well
RESULT_BY_POST = 0.08
WEEKDAY_FACTORS = (0.985, 1.01, 1.01, 1.0, 0.985)  # Monday … Friday; Monday also sees what came at the week-end
FREE_DAY_FACTOR = 0.025  # of an ordinary day, online only
NOISE = 0.01  # standard deviation of a day's number around its mean, as a share
LEVEL_SHARES = {"commune": 0.55, "district": 0.20, "province": 0.25}
SLOWNESS = 9.0  # working days: demand for a procedure falls by e for each so many days that it may take

# What people ask for most, by code; a weight on the scale of the sectors below.
EVERYDAY = {
    "2.000815": 500.0,  # chứng thực bản sao từ bản chính
    "2.000884": 200.0,  # chứng thực chữ ký
    "2.001035": 80.0,  # chứng thực giao dịch
    "1.001193": 150.0,  # khai sinh
    "1.000894": 70.0,  # kết hôn
    "1.000656": 60.0,  # khai tử
    "2.000635": 150.0,  # trích lục hộ tịch
    "1.004873": 120.0,  # xác nhận tình trạng hôn nhân
    "1.004194": 120.0,  # tạm trú
    "1.004222": 100.0,  # thường trú
    "1.010041": 80.0,  # xác nhận cư trú
    "2.001159": 60.0,  # thông báo lưu trú
    "1.001776": 40.0,  # trợ cấp xã hội hàng tháng
    "1.001731": 20.0,  # hỗ trợ mai táng
    "1.001612": 120.0,  # thành lập hộ kinh doanh
    "2.000720": 60.0,  # thay đổi hộ kinh doanh
    "1.001266": 40.0,  # chấm dứt hộ kinh doanh
    "1.012753": 60.0,  # đăng ký đất đai lần đầu
    "3.000347": 120.0,  # đổi giấy phép lái xe
    "3.000348": 40.0,  # cấp lại giấy phép lái xe
    "3.000333": 80.0,  # phiếu lý lịch tư pháp
    "1.001456": 80.0,  # hộ chiếu
    "2.002288": 60.0,  # phù hiệu xe
    "2.001583": 40.0,  # thành lập công ty TNHH một thành viên
    "2.002041": 40.0,  # đổi địa chỉ, tên doanh nghiệp
    "1.012783": 40.0,  # cấp đổi giấy chứng nhận đất
    "1.012784": 30.0,  # tách thửa, hợp thửa
}
# Words of a procedure's name that make it rare.
RARE = {"lưu động": 0.05, "nước ngoài": 0.15, "biên giới": 0.1, "thu hồi": 0.1, "công bố": 0.05, "lấn biển": 0.02}
# Where several levels settle a sector, people mostly go to one: the share of its weight at the others.
ELSEWHERE = {
    "commune": {"hộ kinh doanh": 0.05, "đất đai": 0.2},  # the district's business in 2022
    "district": {"chứng thực": 0.1, "hộ tịch": 0.1, "bảo trợ xã hội": 0.3},  # the commune's
    "province": {"chứng thực": 0.1, "hộ tịch": 0.1},
}
# Sectors people meet in daily life; a sector that is not named weighs 1. The words are looked for in the sector's name.
BUSY_SECTORS = {
    "chứng thực": 60.0,
    "hộ tịch": 40.0,
    "cư trú": 25.0,
    "bảo trợ xã hội": 12.0,
    "người có công": 6.0,
    "hộ kinh doanh": 15.0,
    "đất đai": 15.0,
    "đường bộ": 10.0,
    "lý lịch tư pháp": 10.0,
    "doanh nghiệp": 8.0,
    "xuất nhập cảnh": 6.0,
    "thuế": 4.0,
    "việc làm": 6.0,
    "xây dựng": 4.0,
}
# Weights of the hours of the day, online from midnight on; at the counter while it is open.
HOURS_ONLINE = (1, 1, 0, 0, 0, 1, 3, 7, 10, 11, 9, 6, 4, 6, 9, 9, 8, 6, 4, 5, 7, 6, 4, 2)  # fmt: skip
HOURS_AT_THE_COUNTER = {7: 10, 8: 14, 9: 13, 10: 10, 13: 4, 14: 10, 15: 9, 16: 5}

# --- what happens to an application ----------------------------------------------------------------------------------
ACCEPTED_AT_THE_COUNTER = 0.985  # checked while the citizen waits
REFUSED = 0.02
SUPPLEMENT_BEFORE_ACCEPTANCE = 0.03
SUPPLEMENT_WHILE_PROCESSING = 0.04
WITHDRAWN = 0.006
STOPPED = 0.004
FEE_ASKED_SEPARATELY = 0.35  # of applications with a fee; the others pay when they file
NEVER_ANSWERS = 0.08  # of citizens asked for papers or a fee
RETURNED_SAME_DAY = 0.75

# --- how long things take --------------------------------------------------------------------------------------------
AT_THE_COUNTER = (timedelta(seconds=15), timedelta(seconds=55))  # typed in and taken in while the citizen stands there
RECEIVED_WITHIN = (timedelta(minutes=4), timedelta(hours=6))  # office hours; Nghị định 45/2020 allows eight
BEGUN_WITHIN = (timedelta(minutes=2), timedelta(hours=2))
ASKED_WITHIN = (timedelta(minutes=4), timedelta(hours=6))  # until papers or a fee are asked for, or it is given up
QUICK_RESULT = (timedelta(minutes=6), timedelta(hours=2))
RETURNED_WITHIN = (timedelta(minutes=3), timedelta(hours=2))
ANSWERED_WITHIN_DAYS = 6
RETURNED_WITHIN_DAYS = 3
LATE_SHARES = (0.015, 0.075)  # the best and the worst agency's share of late results
USED_OF_THE_TIME = (0.15, 0.9)  # of the allotted working days, where the result is on time
LATE_BY_DAYS = 4
UNSTATED_DURATION_DAYS = 5  # less than so many working days where the source states no duration
SAME_DAY_SECTORS = ("chứng thực",)  # where none is stated: within the day (Nghị định 23/2015/NĐ-CP, art. 7)
SHARE_OF_AN_HOUR = {"begin": 0.2, "ask": 0.4, "finish": 0.5}  # of a duration in hours, at most, for each of the steps
DISTRICT_SHARE_OF_LATENESS = 0.6  # of an agency's lateness lies in its district, the rest is its own
