"""Writes the held-out set of the privacy guard: texts whose private parts are marked, ⟦kind:private⟧.

The guard was written beside src/redaction/sample.rs and read against it. These texts come from elsewhere: numbers, names, streets and
mail addresses from Faker (its own lists and check digits), sentences from the lists below, which the guard's author did not use.
They are kept in held-out/*.txt and measured by `cargo test another_hand`. When the guard is changed, by what the general form of a number or a
name asks for, the sets are drawn anew from other seeds, so that it is never measured on texts that it was changed by.

    pip install faker==40.54.0 && python3 tests/independent/held_out.py
"""
import random
from pathlib import Path

from faker import Faker

HERE = Path(__file__).parent / "held-out"
TEXTS = 800


def mark(kind, private):
    return f"⟦{kind}:{private}⟧"


def nhs(rng):
    while True:
        digits = [rng.randrange(4, 8)] + [rng.randrange(10) for _ in range(8)]
        check = 11 - sum(d * w for d, w in zip(digits, range(10, 1, -1))) % 11
        if check == 11:
            check = 0
        if check < 10:
            text = "".join(map(str, digits + [check]))
            return rng.choice([text, f"{text[:3]} {text[3:6]} {text[6:]}", f"{text[:3]}-{text[3:6]}-{text[6:]}"])


def nino(rng):
    """Faker draws numbers from the prefix ZZ, which is never given to anyone."""
    first = rng.choice("ABCEGHJKLMNOPRSTWXYZ")
    second = rng.choice("ABCEGHJKLMNPRSTWXYZ")
    if first + second in ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ"):
        first, second = "J", "H"
    digits = f"{rng.randrange(10**6):06}"
    last = rng.choice("ABCD")
    spaced = f"{first}{second} {digits[:2]} {digits[2:4]} {digits[4:]} {last}"
    return rng.choice([first + second + digits + last, spaced, spaced.lower()])


def phone_gb(rng, fake):
    """Of a person: numbers that begin with 03, 08 and 09 are those of organisations."""
    while True:
        number = fake.phone_number() if rng.random() < 0.5 else fake.cellphone_number()
        digits = "".join(c for c in number if c.isdigit()).removeprefix("44").lstrip("0")
        if digits[0] not in "389":
            return number


def card_cn(rng):
    """A UnionPay number of 19 digits; the last is Luhn's check digit."""
    body = "62" + "".join(str(rng.randrange(10)) for _ in range(16))
    total = 0
    for at, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if at % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def plate_cn(rng):
    region = rng.choice("京沪津渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼")
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    # Of the five, at most two are letters.
    tail = [rng.choice("0123456789") for _ in range(5)]
    for at in rng.sample(range(5), rng.choice([0, 1, 1, 2])):
        tail[at] = rng.choice(letters)
    tail = "".join(tail)
    return region + rng.choice(letters[:8]) + rng.choice(["", "·"]) + tail


def chinese(rng, fake):
    person = fake.name()
    surname = person[0]
    return [
        ("identity_number", [
            "他给我看的复印件上写着{}，我才知道登记错了。",
            "系统里我的号码是{}，可窗口说查不到。",
            "补贴发放表上把我写成{}，请更正。",
            "租客留的证件{}，现在人联系不上。",
            "我妈（{}）今年八十了，跑不动。",
        ], lambda: fake.ssn()),
        ("phone", [
            "白天打{}没人接，晚上再试。",
            "物业经理的手机是{}，一直关机。",
            "有事直接拨{}，别发短信。",
            "请回电：{}。",
            "我的号{}，微信同步。",
            "门卫室贴的是{}，打过去是空号。",
        ], lambda: fake.phone_number()),
        ("phone", [
            "家里座机{}，老人能接。",
            "传真同号，{}，请工作日联系。",
        ], lambda: f"0{rng.choice(['571', '755', '28', '311', '451', '773'])}-{rng.randrange(2, 9)}{rng.randrange(10**6, 10**7 - 1)}"),
        ("bank_card", [
            "养老金打到{}这张卡上，三个月没动静。",
            "退费请退回原账户{}。",
            "开户行说{}已经注销。",
        ], lambda: card_cn(rng)),
        ("email", [
            "照片发到{}了。",
            "附件太大，请用{}收。",
        ], lambda: fake.free_email() if rng.random() < 0.5 else fake.email()),
        ("plate", [
            "一辆{}天天堵在消防通道。",
            "肇事的是{}，往北跑了。",
        ], lambda: plate_cn(rng)),
        ("name", [
            "联系人：{}，上午都在。",
            "投诉人{}反映楼道灯不亮。",
            "姓名：{}；诉求：修路。",
        ], lambda: person),
        ("name", [
            "前台的{}态度很好，要表扬。",
            "是{}接的电话，答应当天回复。",
        ], lambda: (surname, rng.choice(["女士", "先生", "师傅", "阿姨"]))),
    ]


CHINESE_PUBLIC = [
    lambda r: f"工单GD{r.randrange(2019, 2026)}{r.randrange(1, 13):02}{r.randrange(1, 29):02}{r.randrange(10**6):06}已转办。",
    lambda r: f"{r.randrange(2, 900)}路末班车{r.randrange(18, 23)}:{r.randrange(60):02}就没了。",
    lambda r: f"路面塌了{r.randrange(1, 9)}.{r.randrange(10)}米，宽{r.randrange(20, 99)}厘米。",
    lambda r: f"罚款{r.randrange(50, 9000)}元，票据号{r.randrange(10**9, 10**10 - 1)}。",
    lambda r: f"依据{r.choice(['国办发', '安政办规', '建房规'])}〔{r.randrange(2012, 2025)}〕{r.randrange(1, 99)}号文件。",
    lambda r: f"小区{r.randrange(300, 3000)}户，入住率{r.randrange(30, 99)}.{r.randrange(10)}%。",
    lambda r: f"拨打{r.choice(['12345', '96110', '12329', '95598', '110', '12393'])}无人接听。",
    lambda r: f"{r.randrange(2018, 2025)}年{r.randrange(1, 13)}月{r.randrange(1, 29)}日至今没有答复。",
    lambda r: f"坐标{r.randrange(20, 45)}.{r.randrange(10**6):06}，{r.randrange(80, 130)}.{r.randrange(10**6):06}处井盖缺失。",
    lambda r: f"设备编号{r.randrange(10**11, 10**12 - 1)}，电表读数{r.randrange(10**4, 10**5)}。",
    lambda r: f"请{r.choice(['水务局', '城管局', '街道办', '教育局'])}于{r.randrange(3, 30)}个工作日内回复。",
    lambda r: f"统一社会信用代码91330{r.randrange(10**12, 10**13 - 1)}的公司。",
    lambda r: r.choice(["王府井大街的路灯", "李家村的桥", "张江路口的信号灯", "周浦镇的公园", "马路上的护栏", "高先进的设备", "白天施工"]) + "坏了。",
]


def english(rng, fake):
    first, last = fake.first_name(), fake.last_name()
    return [
        ("nino", [
            "They have me down as {} and it is not mine.",
            "My reference with the tax office, {}, was on the letter.",
            "The form came back with {} crossed out.",
        ], lambda: nino(rng)),
        ("nhs_number", [
            "The surgery sent the record of NHS number {} to the wrong flat.",
            "It was filed under NHS no. {} by mistake.",
        ], lambda: nhs(rng)),
        ("phone", [
            "Try me after six on {} if that is easier.",
            "I was told to ring back, so: {}.",
            "My neighbour, who is on {}, saw it too.",
            "Text {} when the van is outside.",
            "Her mobile ({}) goes to voicemail.",
        ], lambda: phone_gb(rng, fake)),
        ("bank_card", [
            "I paid with {} and have seen no refund.",
            "The charge on {} was taken twice.",
        ], lambda: fake.credit_card_number(card_type=rng.choice(["visa16", "mastercard"]))),
        ("email", [
            "Photos went to you from {} last night.",
            "Copy in {} as well please.",
        ], lambda: fake.email() if rng.random() < 0.5 else fake.ascii_company_email()),
        ("address", [
            "The flat above, {}, has the same leak.",
            "Collect it from {} any weekday.",
        ], lambda: (str(rng.randrange(1, 300)), fake.street_name())),
        ("name", [
            f"It was {rng.choice(['Mr', 'Mrs', 'Ms', 'Dr'])} {{}} who promised it.",
            f"Dear {rng.choice(['Mr', 'Mrs', 'Ms'])} {{}}, nothing has happened.",
        ], lambda: last if rng.random() < 0.6 else f"{first} {last}"),
    ]


ENGLISH_PUBLIC = [
    lambda r: f"Case {r.randrange(2019, 2026)}/{r.randrange(10**5, 10**6)} was closed without a visit.",
    lambda r: f"Bus {r.randrange(1, 400)} was {r.randrange(5, 60)} minutes late on {r.randrange(1, 29)} March {r.randrange(2018, 2026)}.",
    lambda r: f"The bill was £{r.randrange(20, 9000)}.{r.randrange(100):02} for {r.randrange(2, 12)} months.",
    lambda r: f"Invoice {r.randrange(10**9, 10**10 - 1)} shows {r.randrange(1, 99)}%.",
    lambda r: f"Call {r.choice(['999', '101', '111', '105', '119'])} is what the leaflet says.",
    lambda r: f"The meter with serial {r.choice('EGKZ')}{r.randrange(10)}{r.choice('EGKZ')}{r.randrange(10**6, 10**7)} read {r.randrange(10**4, 10**5)}.",
    lambda r: f"The pothole is {r.randrange(10, 90)} cm by {r.randrange(10, 90)} cm at {r.randrange(50, 56)}.{r.randrange(10**5):05}, -{r.randrange(0, 3)}.{r.randrange(10**5):05}.",
    lambda r: f"Section {r.randrange(1, 200)} of the Act of {r.randrange(1975, 2022)} gives {r.randrange(14, 56)} days.",
    lambda r: f"Bin {r.randrange(100, 999)}-{r.randrange(100, 999)} has been full since {r.randrange(1, 13)}:{r.randrange(60):02} pm.",
    lambda r: f"ISBN 978-0-{r.randrange(100, 999)}-{r.randrange(10**4, 10**5)}-{r.randrange(10)} is out of print at the library.",
    lambda r: f"Planning application {r.randrange(10, 26)}/{r.randrange(10**4, 10**5)}/FUL went through in {r.randrange(2, 90)} days.",
    lambda r: r.choice(["St James Park", "Queen Mary Road", "Miss Saigon at the theatre", "the Duke of York pub", "the bin for Dr Pepper cans", "King George V playing field", "Church Lane", "the corner of Mill Road", "Victoria Station", "Kew Gardens", "the old Post Office", "Albert Bridge", "the A1 roundabout", "Castle Street car park", "Lady Well", "the Prince of Wales theatre", "Saint Anne's Square", "the Jubilee Library", "the footpath by Brown's Farm", "Baker Street"]) + " is where it happens.",
    lambda r: f"Order {r.randrange(10**15, 10**16)} never came." if r.random() < 0.3 else f"Batch {r.randrange(10**7, 10**8)} never came.",
]


def write(name, locale, make, public, joint, seed):
    rng = random.Random(seed)
    fake = Faker(locale)
    fake.seed_instance(seed)
    lines = []
    for _ in range(TEXTS):
        said = []
        kinds = make(rng, fake)
        for kind, frames, item in rng.sample(kinds, rng.choice([1, 1, 2, 3])):
            made = item()
            # Of an address the house is private, the street is not; of a name with a title, the name.
            private, public_part = made if isinstance(made, tuple) else (made, "")
            shown = f"{mark(kind, private)}{joint}{public_part}".rstrip()
            said.append(rng.choice(frames).replace("{}", shown))
        said += [each(rng) for each in rng.sample(public, rng.choice([1, 2, 3]))]
        rng.shuffle(said)
        lines.append(joint.join(said).replace("\n", " "))
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("zh.txt", "zh_CN", chinese, CHINESE_PUBLIC, "", 7724)
    write("en.txt", "en_GB", english, ENGLISH_PUBLIC, " ", 7725)
