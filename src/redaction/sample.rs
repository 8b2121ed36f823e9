//! A labelled set of texts, made from a seed: what is private in each is known because it was put there.
//!
//! It does not use the room's patterns. Numbers are drawn and completed by check digits worked out here in another way
//! (tables of weights); forms of writing are those of telephone books, official letters and of people in a hurry; names
//! and streets come from lists of their own, with family names and street words that the guard does not know. Every text
//! also holds what only looks private: dates, sums, case and document numbers, bus lines, road names, public numbers.

use std::ops::Range;

use super::Kind;

/// A text and what is private in it.
pub(super) struct Labelled {
    pub(super) text: String,
    pub(super) private: Vec<(Kind, Range<usize>)>,
}

/// Numbers that every run draws alike (Lehmer 1951, modulus 2^31 − 1).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        usize::try_from(self.0).unwrap() / 7 % end
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from_digit(u32::try_from(self.below(10)).unwrap(), 10).unwrap())
            .collect()
    }

    fn number(&mut self, from: usize, to: usize) -> String {
        (from + self.below(to - from + 1)).to_string()
    }
}

/// Where `{}` stands in a frame, the item goes; the rest of the frame is public.
fn put(text: &mut Labelled, frame: &str, kind: Kind, item: &str, private: &str) {
    let (before, after) = frame.split_once("{}").expect("a frame has a place");
    text.text.push_str(before);
    let at = text.text.len() + item.find(private).expect("the private part is in the item");
    text.private.push((kind, at..at + private.len()));
    text.text.push_str(item);
    text.text.push_str(after);
}

const WEIGHTS_18: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

fn identity(dice: &mut Dice) -> String {
    let region = dice.of(&[
        "110105", "310115", "330106", "440304", "510107", "320583", "420106", "610113", "130102",
        "650102", "540102", "230103", "371302", "350211", "622901", "522301", "451002", "150202",
    ]);
    let day = format!(
        "{}{:02}{:02}",
        1935 + dice.below(85),
        1 + dice.below(12),
        1 + dice.below(28)
    );
    let body = format!("{region}{day}{}", dice.digits(3));
    let sum: usize = body
        .bytes()
        .zip(WEIGHTS_18)
        .map(|(byte, weight)| usize::from(byte - b'0') * weight)
        .sum();
    let check = char::from(b"10X98765432"[sum % 11]);
    match dice.below(8) {
        0 => format!("{} {} {}{check}", &body[..6], &body[6..14], &body[14..]),
        1 if check == 'X' => format!("{body}x"),
        2 => wide(&format!("{body}{check}")),
        _ => format!("{body}{check}"),
    }
}

fn identity_15(dice: &mut Dice) -> String {
    let region = dice.of(&["110105", "330106", "440304", "510107", "320502"]);
    let (year, month, day) = (35 + dice.below(60), 1 + dice.below(12), 1 + dice.below(28));
    format!("{region}{year:02}{month:02}{day:02}{}", dice.digits(3))
}

/// Completes a card by trying the ten last digits, doubling by a table.
fn card(dice: &mut Dice, prefix: &str, length: usize) -> String {
    const DOUBLED: [usize; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let body = format!("{prefix}{}", dice.digits(length - 1 - prefix.len()));
    let sum: usize = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = usize::from(byte - b'0');
            if at % 2 == 0 { DOUBLED[digit] } else { digit }
        })
        .sum();
    let number = format!("{body}{}", (10 - sum % 10) % 10);
    match dice.below(3) {
        0 => number,
        1 => spaced(&number, 4, " "),
        _ if length == 16 => spaced(&number, 4, "-"),
        _ => number,
    }
}

fn spaced(number: &str, size: usize, by: &str) -> String {
    let parts: Vec<String> = number
        .as_bytes()
        .chunks(size)
        .map(|part| String::from_utf8(part.to_vec()).unwrap())
        .collect();
    parts.join(by)
}

fn wide(text: &str) -> String {
    text.chars()
        .map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap())
        .collect()
}

fn nhs(dice: &mut Dice) -> String {
    loop {
        let body = format!("{}{}", dice.of(&["4", "6", "7"]), dice.digits(8));
        let sum: usize = body
            .bytes()
            .enumerate()
            .map(|(at, byte)| usize::from(byte - b'0') * (10 - at))
            .sum();
        let check = (11 - sum % 11) % 11;
        if check < 10 {
            return format!("{} {} {}{check}", &body[..3], &body[3..6], &body[6..]);
        }
    }
}

fn mobile_cn(dice: &mut Dice) -> String {
    let net = dice.of(&[
        "130", "133", "135", "138", "139", "145", "147", "150", "152", "155", "158", "159", "166",
        "170", "173", "176", "178", "180", "183", "186", "188", "189", "191", "195", "198", "199",
    ]);
    let (a, b) = (dice.digits(4), dice.digits(4));
    match dice.below(9) {
        0 => format!("{net} {a} {b}"),
        1 => format!("{net}-{a}-{b}"),
        2 => format!("+86 {net}{a}{b}"),
        3 => format!("+86-{net}-{a}-{b}"),
        4 => wide(&format!("{net}{a}{b}")),
        5 => format!("(+86){net}{a}{b}"),
        _ => format!("{net}{a}{b}"),
    }
}

fn landline_cn(dice: &mut Dice) -> String {
    let long = dice.of(&[
        "010", "021", "022", "023", "025", "028", "0571", "0755", "0512",
    ]);
    let first = dice.number(2, 8);
    match dice.below(6) {
        0 => format!("({long}){first}{}", dice.digits(7)),
        1 => format!("{long} {first}{} {}", dice.digits(3), dice.digits(4)),
        2 => format!("{long}-{first}{}转{}", dice.digits(7), dice.digits(3)),
        3 => format!("+86 {} {first}{}", &long[1..], dice.digits(7)),
        4 => format!(
            "{}-{first}{}",
            dice.of(&["0575", "0791", "0851", "0396"]),
            dice.digits(6)
        ),
        _ => format!("{long}-{first}{}", dice.digits(7)),
    }
}

fn phone_uk(dice: &mut Dice) -> String {
    match dice.below(12) {
        0 => format!("07{} {}", dice.digits(3), dice.digits(6)),
        1 => format!("07{}{}", dice.digits(3), dice.digits(6)),
        2 => format!("07{} {} {}", dice.digits(3), dice.digits(3), dice.digits(3)),
        3 => format!("+44 7{} {}", dice.digits(3), dice.digits(6)),
        4 => format!("+44 (0)7{} {}", dice.digits(3), dice.digits(6)),
        5 => format!(
            "020 {}{} {}",
            dice.number(3, 8),
            dice.digits(3),
            dice.digits(4)
        ),
        6 => format!(
            "(0{}) {} {}",
            dice.of(&["161", "121", "151"]),
            dice.digits(3),
            dice.digits(4)
        ),
        7 => format!("0113 {} {}", dice.digits(3), dice.digits(4)),
        8 => format!(
            "01{} {}",
            dice.of(&["632", "223", "473", "904"]),
            dice.digits(6)
        ),
        9 => format!(
            "(01{}) {} {}",
            dice.of(&["632", "223", "473"]),
            dice.digits(3),
            dice.digits(3)
        ),
        10 => format!(
            "+44 20 {}{} {}",
            dice.number(3, 8),
            dice.digits(3),
            dice.digits(4)
        ),
        _ => format!("07{}-{}-{}", dice.digits(3), dice.digits(3), dice.digits(3)),
    }
}

fn email(dice: &mut Dice) -> String {
    let name = dice.of(&[
        "wang.lei",
        "j.smith",
        "zhao_88",
        "o-brien+council",
        "lily2001",
        "K.Patel",
        "13x9",
    ]);
    let host = dice.of(&[
        "qq.com",
        "163.com",
        "mail.example.co.uk",
        "example.org",
        "sina.com.cn",
        "btinternet.com",
    ]);
    match dice.below(8) {
        0 => format!("{name} [at] {host}"),
        1 => format!("{name}＠{host}"),
        _ => format!("{name}@{host}"),
    }
}

fn plate_cn(dice: &mut Dice) -> String {
    let head = format!(
        "{}{}",
        dice.of(&["浙", "京", "沪", "粤", "川", "苏", "鲁", "渝"]),
        dice.of(&["A", "B", "F", "K"])
    );
    let dot = dice.of(&["", "", "·", " "]);
    match dice.below(4) {
        0 => format!("{head}{dot}D{}", dice.digits(5)),
        1 => format!(
            "{head}{dot}F{}{}",
            dice.of(&["A", "B", "K"]),
            dice.digits(4)
        ),
        2 => format!(
            "{head}{dot}{}{}{}",
            dice.digits(1),
            dice.of(&["H", "M", "T"]),
            dice.digits(3)
        ),
        _ => format!("{head}{dot}{}", dice.digits(5)),
    }
}

/// Some of these family names are not on the guard's list.
fn name_cn(dice: &mut Dice) -> String {
    let family = dice.of(&[
        "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高",
        "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧",
        "程", "欧阳", "佟", "覃", "逄", "任", "方",
    ]);
    let given = dice.of(&[
        "伟", "芳", "建国", "秀英", "敏", "静怡", "磊", "国强", "志明", "桂兰", "宇航", "子涵",
        "婷", "文博", "小华",
    ]);
    format!("{family}{given}")
}

const FRAMES_PLAIN_CN: [&str; 10] = [
    "市民反映所住小区电梯频繁停运，老人上下楼困难。",
    "经现场核查，情况属实，已责令施工单位三日内整改到位。",
    "该路段照明设施老化，已列入明年改造计划。",
    "感谢您对我们工作的关心和支持，欢迎继续监督。",
    "由于先前的材料不齐，暂不能受理，已一次性告知。",
    "对方表示愿意协商，双方于当日签订调解书。",
    "主任和分管领导已到场，向群众说明办理情况。",
    "张贴公告七日，无人提出异议，按规定办理。",
    "业主大会尚未召开，公共收益使用需要表决。",
    "居民常年受油烟困扰，高峰时段尤其严重。",
];

const HARD_CN: [&str; 34] = [
    "根据市政府〔2024〕12号文件办理。",
    "工单编号GD202401150029，已办结。",
    "受理日期为2024-01-15 14:14:38，办结日期2024年2月3日。",
    "补贴金额共计13800元，分三期发放。",
    "合同总价1,385,000.50元，已支付七成。",
    "中标金额为13912345678.00元。",
    "项目总投资158.36亿元，占地13912.5平方米。",
    "312国道与解放路交叉口信号灯故障。",
    "地铁2号线解放路站3号口扶梯停运。",
    "长江路12号起封闭施工，15号前恢复。",
    "如有疑问请拨打12345或110、119。",
    "客服电话400-820-8820，工作时间9:00-17:30。",
    "信访件编号2023-0571-00089，请查收。",
    "统一社会信用代码91330106MA2AXXXX7K。",
    "查询码20240115123456789。",
    "人民路西段、朝阳街南侧绿化带枯死。",
    "和平大道施工围挡占用盲道约200米。",
    "3号楼顶层渗水，2单元住户多次反映。",
    "第8条第3款第2项规定不予受理。",
    "身高不足1.3米的儿童免票，共计1380人次。",
    "公交15路、K102路改道运行至2024-12-31。",
    "占地面积约3500平方米，绿化率35%。",
    "网址为www.example.gov.cn/news/20240115/1380013.html。",
    "执法人员出示证件，编号33010024。",
    "住建部令第165号第二十条。",
    "东门街道3号网格已完成排查。",
    "河道2号闸门维修，管道8号阀更换。",
    "已安装监控4处、路灯12盏、车位60个。",
    "各位先生、女士，请按序排队。",
    "男士和女士卫生间均已修缮。",
    "手机号已核实（138****8000），不再公开。",
    "京津冀协同项目新A区二期已竣工。",
    "电话回访三次未接通，2023年11月6日结案。",
    "气象台发布第20230715号预警，雨量138.0毫米。",
];

const STREETS_CN: [&str; 14] = [
    "人民路",
    "解放街",
    "朝阳巷",
    "和平大道",
    "中山北路",
    "学院胡同",
    "滨江大街",
    "成都道",
    "青年一路",
    "石板弄",
    "建设南路",
    "文昌里",
    "三元坊",
    "杏花村",
];

/// A text of one to three sentences in Chinese.
pub(super) fn chinese(dice: &mut Dice) -> Labelled {
    let mut text = Labelled {
        text: String::new(),
        private: Vec::new(),
    };
    for _ in 0..=dice.below(3) {
        match dice.below(5) {
            0 => text.text.push_str(dice.of(&FRAMES_PLAIN_CN)),
            1 | 2 => text.text.push_str(dice.of(&HARD_CN)),
            _ => private_chinese(dice, &mut text),
        }
    }
    text
}

fn private_chinese(dice: &mut Dice, text: &mut Labelled) {
    match dice.below(14) {
        0..=2 => {
            let item = mobile_cn(dice);
            let frame = dice.of(&[
                "请联系{}。",
                "手机号：{}，白天不便接听。",
                "电话{}请回电",
                "微信同号{}，谢谢！",
                "留了号码（{}）。",
                "tel:{}；",
                "本人{}等候回复。",
            ]);
            put(text, frame, Kind::Phone, &item, &item);
        }
        3 => {
            let item = landline_cn(dice);
            let frame = dice.of(&[
                "家中电话：{}。",
                "请拨{}找我。",
                "固话{}，晚上在家。",
                "联系方式 {} 。",
            ]);
            put(text, frame, Kind::Phone, &item, &item);
        }
        4 => {
            let rest = 6 + dice.below(2);
            let item = format!("{}{}", dice.number(2, 8), dice.digits(rest));
            let frame = dice.of(&["家里电话：{}。", "座机{}，有人接听。", "联系方式：{}。"]);
            put(text, frame, Kind::Phone, &item, &item);
        }
        5 | 6 => {
            let item = identity(dice);
            let frame = dice.of(&[
                "身份证号：{}。",
                "身份证{}，请核实。",
                "（{}）申请低保。",
                "证件号码为{}，",
                "公民身份号码 {} 的参保记录查不到。",
            ]);
            put(text, frame, Kind::IdentityNumber, &item, &item);
        }
        7 => {
            let item = identity_15(dice);
            put(
                text,
                "老身份证{}是一代证。",
                Kind::IdentityNumber,
                &item,
                &item,
            );
        }
        8 => {
            let item = match dice.below(4) {
                0 => card(dice, "622202", 19),
                1 => card(dice, "621700", 19),
                2 => card(dice, "6225", 16),
                _ => card(dice, "436742", 19),
            };
            let frame = dice.of(&["退款打到{}。", "银行卡号：{}，", "账号{}户名本人。"]);
            put(text, frame, Kind::BankCard, &item, &item);
        }
        9 => {
            let item = email(dice);
            put(
                text,
                dice.of(&["邮箱：{}。", "请发到{}，谢谢", "回复至 {} 即可。"]),
                Kind::Email,
                &item,
                &item,
            );
        }
        10 => {
            let item = plate_cn(dice);
            put(
                text,
                dice.of(&[
                    "车牌{}的货车乱停。",
                    "{}长期占用消防通道。",
                    "被{}刮擦后逃逸。",
                ]),
                Kind::Plate,
                &item,
                &item,
            );
        }
        11 => {
            let name = name_cn(dice);
            let frame = dice.of(&[
                "姓名：{}，",
                "联系人：{}。",
                "投诉人: {}，",
                "我叫{}，",
                "举报人：{}（匿名处理）。",
            ]);
            put(text, frame, Kind::Name, &name, &name);
        }
        12 => {
            let name = name_cn(dice);
            let family: String = name
                .chars()
                .take(if name.starts_with("欧阳") { 2 } else { 1 })
                .collect();
            let (frame, item) = match dice.below(4) {
                0 => ("与{}先生电话沟通。", name),
                1 => ("市民{}女士反映噪声扰民。", family),
                2 => ("经核查，{}先生所述属实。", family),
                _ => ("当事人{}某已被批评教育。", family),
            };
            put(text, frame, Kind::Name, &item, &item);
        }
        _ => {
            let street = dice.of(&STREETS_CN);
            let house = match dice.below(5) {
                0 => format!("{}号", dice.number(1, 998)),
                1 => format!(
                    "{}号{}幢{}室",
                    dice.number(1, 998),
                    dice.number(1, 30),
                    dice.number(101, 3_204)
                ),
                2 => format!(
                    "{}号院{}号楼{}单元{}室",
                    dice.number(1, 98),
                    dice.number(1, 30),
                    dice.number(1, 4),
                    dice.number(101, 1_804)
                ),
                3 => format!(
                    "{}弄{}号{}室",
                    dice.number(100, 998),
                    dice.number(1, 80),
                    dice.number(101, 904)
                ),
                _ => format!(
                    "{}栋{}单元{}",
                    dice.number(1, 30),
                    dice.number(1, 4),
                    dice.number(101, 1_804)
                ),
            };
            let frame = match dice.below(3) {
                0 => format!("家住{street}{{}}，夜间被扰。"),
                1 => format!("{street}{{}}住户在阳台养鸡。"),
                _ => format!("地址：{street}{{}}。"),
            };
            put(text, &frame, Kind::Address, &house, &house);
        }
    }
}

const FRAMES_PLAIN_EN: [&str; 9] = [
    "The complaint was upheld and the bins were collected the next day. ",
    "We are sorry for the delay in replying to you. ",
    "The contractor has resurfaced the footway and replaced the kerb. ",
    "No further action can be taken under the current policy. ",
    "The case was referred to the Housing Ombudsman on Monday. ",
    "Residents may apply for a permit from April. ",
    "Mr Mayor, the council noted the petition. ",
    "The street lights on Park Road were repaired within a week. ",
    "You said the bus shelter was dirty. We cleaned it. ",
];

const HARD_EN: [&str; 30] = [
    "Reference HC/2024/00123 refers. ",
    "The decision of 15 January 2024 stands. ",
    "Work began on 2024-01-15 and ended at 14:30 on 03/02/2024. ",
    "The invoice of £1,380,013.80 was paid in 2023. ",
    "A penalty of £70.00 was cancelled (PCN HA12345678). ",
    "Please call 999 in an emergency or 111 for advice. ",
    "Contact the switchboard on 0345 600 0123. ",
    "Our freephone number is 0800 123 4567. ",
    "Bus 42 Park Road stop was moved. ",
    "In 2024 Market Street was closed for works. ",
    "On 12 March Street Services cleared the site. ",
    "Section 21 of the Housing Act 1988 applies. ",
    "See Table 3 Road Condition in the annex. ",
    "The A40 and the M25 were gritted twice. ",
    "Order 4500012345 was raised on the system. ",
    "Planning application 23/01234/FUL was refused. ",
    "The High Street and Mill Lane junction floods. ",
    "Over 12,500 bins and 3,400 caddies were delivered. ",
    "Version 10.0.19045 of the software was used. ",
    "The meeting is in Room B at 10.30. ",
    "FOI 2024-00158 was answered in 18 working days. ",
    "Asset number 1234567890 was inspected. ",
    "The scheme cost 1.38m over 2022/23. ",
    "Grid reference TQ 123 456 was surveyed. ",
    "Meter reading 0123456 was estimated. ",
    "A copy is at www.example.gov.uk/report-2024/01632.html. ",
    "The lamp column 0042 on Station Road was replaced. ",
    "The form HB12 and the leaflet CT34 were reissued. ",
    "The vote was 24 to 12 and recorded at minute 07/2024. ",
    "Ticket 07-2024-1183 is closed. ",
];

/// A text of one to three sentences in English.
pub(super) fn english(dice: &mut Dice) -> Labelled {
    let mut text = Labelled {
        text: String::new(),
        private: Vec::new(),
    };
    for _ in 0..=dice.below(3) {
        match dice.below(5) {
            0 => text.text.push_str(dice.of(&FRAMES_PLAIN_EN)),
            1 | 2 => text.text.push_str(dice.of(&HARD_EN)),
            _ => private_english(dice, &mut text),
        }
    }
    text
}

fn private_english(dice: &mut Dice, text: &mut Labelled) {
    match dice.below(13) {
        0..=3 => {
            let item = phone_uk(dice);
            let frame = dice.of(&[
                "Please ring me on {}. ",
                "Tel: {}. ",
                "My mobile is {} after six. ",
                "Call {}, ask for me. ",
                "({}) is my number. ",
                "Phone {}! ",
            ]);
            put(text, frame, Kind::Phone, &item, &item);
        }
        4 | 5 => {
            let item = nhs(dice);
            put(
                text,
                dice.of(&[
                    "NHS number {}. ",
                    "My NHS no. is {}, ",
                    "Patient {} was seen. ",
                ]),
                Kind::NhsNumber,
                &item,
                &item,
            );
        }
        6 => {
            let item = match dice.below(4) {
                0 => card(dice, "4", 16),
                1 => card(dice, "54", 16),
                2 => card(dice, "2720", 16),
                _ => card(dice, "37", 15),
            };
            put(
                text,
                dice.of(&["I paid with card {}. ", "The card {} was charged twice. "]),
                Kind::BankCard,
                &item,
                &item,
            );
        }
        7 => {
            let body = format!("{} {} {}", dice.digits(2), dice.digits(2), dice.digits(2));
            let prefix = dice.of(&["AB", "JC", "SX", "WE", "PN"]);
            let item = match dice.below(3) {
                0 => format!("{prefix} {body} C"),
                1 => format!("{prefix}{}A", body.replace(' ', "")),
                _ => format!("{prefix} {} D", body.replace(' ', "")),
            };
            put(
                text,
                dice.of(&[
                    "My NI number is {}. ",
                    "National Insurance: {}. ",
                    "({}) was on the letter. ",
                ]),
                Kind::Nino,
                &item,
                &item,
            );
        }
        8 => {
            let item = email(dice);
            put(
                text,
                dice.of(&["Email {} please. ", "Write to {}, ", "<{}> bounced. "]),
                Kind::Email,
                &item,
                &item,
            );
        }
        9 => {
            let item = format!(
                "{}{:02}{}{}",
                dice.of(&["LS", "AB", "KX", "YA"]),
                51 + dice.below(24),
                dice.of(&["", " "]),
                dice.of(&["ABC", "XYZ", "VKL", "SMR"])
            );
            put(
                text,
                dice.of(&["The van {} blocks the drive. ", "Car {} was towed. "]),
                Kind::Plate,
                &item,
                &item,
            );
        }
        10 => {
            let item = format!(
                "{} {}",
                dice.of(&["Mr", "Mrs", "Ms", "Miss", "Dr"]),
                dice.of(&[
                    "Smith",
                    "J Patel",
                    "O’Brien",
                    "Khan",
                    "Mary Jones",
                    "van der Berg",
                    "McAllister",
                    "Lloyd-Webber",
                    "A. N. Other"
                ])
            );
            let private = item.split_once(' ').unwrap().1.to_owned();
            put(
                text,
                dice.of(&[
                    "We spoke to {} about it. ",
                    "Dear {}, ",
                    "{} was told in writing. ",
                ]),
                Kind::Name,
                &item,
                &private,
            );
        }
        11 => {
            let item = dice.of(&[
                "Jane Smith",
                "Ahmed Khan",
                "Siân Evans",
                "Peter O’Neill",
                "Mary Ann Jones",
            ]);
            put(
                text,
                dice.of(&[
                    "Name: {}. ",
                    "Complainant: {}; ",
                    "My name is {}. ",
                    "Contact: {}. ",
                ]),
                Kind::Name,
                item,
                item,
            );
        }
        _ => {
            let street = dice.of(&[
                "Acacia Avenue",
                "Mill Lane",
                "St John’s Road",
                "Queen Elizabeth Street",
                "The Crescent",
                "Orchard Close",
            ]);
            match dice.below(4) {
                0 => {
                    let item = format!(
                        "{}{} {}{}{}",
                        dice.of(&["SW", "LS", "M", "EC"]),
                        dice.number(1, 9),
                        dice.number(1, 9),
                        dice.of(&["A", "N", "P"]),
                        dice.of(&["B", "Q", "Z"])
                    );
                    put(text, "The post code is {}. ", Kind::Address, &item, &item);
                }
                1 => {
                    let item = format!("Flat {}, {}", dice.number(1, 40), dice.number(1, 240));
                    put(
                        text,
                        &format!("I live at {{}} {street}. "),
                        Kind::Address,
                        &item,
                        &item,
                    );
                }
                _ => {
                    let item = dice.number(1, 240);
                    put(
                        text,
                        &format!("The fence at {{}} {street} fell. "),
                        Kind::Address,
                        &item,
                        &item,
                    );
                }
            }
        }
    }
}
