"""What the simulator assumes of a province, in one place.

From the report of April 2022: 60 % of applications received online, nearly 10,000 applications synchronised a day. All
other figures are assumptions of ours, set so that an ordinary working day changes 10,000 ± 500 distinct applications.
"""

from datetime import timedelta

# --- demand ----------------------------------------------------------------------------------------------------------
FILED_A_DAY = 3_870  # on an ordinary working day; calibrated: tests/simulation/test_calibration.py
ONLINE_SHARE = 0.60
POSTAL_SHARE = 0.04
WEEKDAY_FACTORS = (0.985, 1.01, 1.01, 1.0, 0.985)  # Monday … Friday; Monday also sees what came at the week-end
FREE_DAY_FACTOR = 0.025  # of an ordinary day, online only
NOISE = 0.01  # standard deviation of a day's number around its mean, as a share
LEVEL_SHARES = {"commune": 0.55, "district": 0.20, "province": 0.25}
SLOWNESS = 9.0  # working days: demand for a procedure falls by e for each so many days that it may take

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
HOURS_ONLINE = (
    1,
    1,
    0,
    0,
    0,
    1,
    3,
    7,
    10,
    11,
    9,
    6,
    4,
    6,
    9,
    9,
    8,
    6,
    4,
    5,
    7,
    6,
    4,
    2,
)  # weight of each hour of the day
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
AT_THE_COUNTER = (timedelta(seconds=40), timedelta(minutes=9))
RECEIVED_WITHIN = (timedelta(minutes=4), timedelta(hours=6))  # office hours; Nghị định 45/2020 allows eight
BEGUN_WITHIN = (timedelta(minutes=2), timedelta(hours=2))
QUICK_RESULT = (timedelta(minutes=6), timedelta(hours=2))
RETURNED_WITHIN = (timedelta(minutes=3), timedelta(hours=2))
ANSWERED_WITHIN_DAYS = 6
RETURNED_WITHIN_DAYS = 3
LATE_SHARES = (0.015, 0.075)  # the best and the worst agency's share of late results
USED_OF_THE_TIME = (0.15, 0.9)  # of the allotted working days, where the result is on time
LATE_BY_DAYS = 4
UNSTATED_DURATION_DAYS = 5  # working days taken at most where the source states no duration
