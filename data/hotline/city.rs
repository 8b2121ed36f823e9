//! The made-up city of 安澜 (Anlan): its counties, towns and villages, its roads, and its departments with their pace.

/// A village or community, with the town and the county it lies in.
pub(crate) struct Place {
    /// County or district.
    pub(crate) county: &'static str,
    /// Town or subdistrict.
    pub(crate) town: &'static str,
    /// Village or community.
    pub(crate) village: &'static str,
    /// How many cases it has, in proportion.
    pub(crate) weight: u64,
}

impl Place {
    /// Whether it lies in a subdistrict.
    pub(crate) fn is_urban(&self) -> bool {
        self.town.ends_with("街道")
    }
}

const fn place(
    county: &'static str,
    town: &'static str,
    village: &'static str,
    weight: u64,
) -> Place {
    Place {
        county,
        town,
        village,
        weight,
    }
}

/// Who handles cases, and how fast.
pub(crate) struct Department {
    /// Its name.
    pub(crate) name: &'static str,
    /// Working minutes to the first answer, before all factors.
    pub(crate) answer: i64,
    /// Working minutes from there to the closing.
    pub(crate) work: i64,
    /// How it changes, in per cent: 2022, 2023, 2024.
    pub(crate) pace: [i64; 3],
    /// Cases in 1,000 that are never answered.
    pub(crate) never: u64,
}

const fn department_of(
    name: &'static str,
    answer: i64,
    work: i64,
    pace: [i64; 3],
    never: u64,
) -> Department {
    Department {
        name,
        answer,
        work,
        pace,
        never,
    }
}

/// All departments.
const DEPARTMENTS: &[Department] = &[
    department_of("市住房和城乡建设局", 1500, 5200, [122, 104, 92], 22),
    department_of("市城市管理局", 980, 2300, [118, 100, 84], 9),
    department_of("市公安局", 820, 2100, [108, 100, 94], 6),
    department_of("市交通运输局", 1250, 3300, [125, 108, 90], 12),
    department_of("市人力资源和社会保障局", 1350, 3600, [120, 100, 88], 12),
    department_of("市市场监督管理局", 1080, 3100, [112, 100, 86], 10),
    department_of("市生态环境局", 1160, 3000, [118, 96, 82], 11),
    department_of("市教育局", 1300, 2800, [105, 100, 96], 9),
    department_of("市卫生健康委员会", 1500, 3300, [110, 104, 98], 13),
    department_of("市民政局", 900, 2500, [104, 98, 90], 6),
    department_of("市自然资源和规划局", 2100, 7600, [96, 106, 124], 38),
    department_of("市医疗保障局", 1000, 2200, [128, 96, 74], 6),
    department_of("市水务局", 900, 2500, [116, 112, 92], 10),
    department_of("市园林绿化中心", 1700, 3900, [118, 122, 130], 18),
    department_of("市供电公司", 520, 1500, [104, 98, 92], 3),
    department_of("市燃气集团", 700, 1900, [112, 100, 92], 5),
    department_of("市文化广电和旅游局", 1200, 2700, [108, 100, 92], 8),
    department_of("市农业农村局", 1450, 3900, [110, 104, 100], 16),
    department_of("市退役军人事务局", 800, 2600, [104, 98, 96], 6),
    department_of("市档案馆", 1100, 2400, [100, 100, 100], 0),
];

/// The department of a name.
pub(crate) fn department(name: &str) -> &'static Department {
    DEPARTMENTS
        .iter()
        .find(|department| department.name == name)
        .expect("texts.txt names departments of this list")
}

/// All villages and communities.
pub(crate) const PLACES: &[Place] = &[
    place("澜东区", "文昌街道", "文昌社区", 64),
    place("澜东区", "文昌街道", "梅园社区", 51),
    place("澜东区", "解放路街道", "钟楼社区", 100),
    place("澜东区", "新桥街道", "桥南社区", 83),
    place("澜西区", "西关街道", "西关社区", 56),
    place("澜西区", "西关街道", "柳荫社区", 44),
    place("澜西区", "铁路街道", "站前社区", 86),
    place("澜西区", "石桥街道", "纺织社区", 72),
    place("高新区", "创新街道", "科苑社区", 41),
    place("高新区", "创新街道", "创新社区", 33),
    place("高新区", "云谷街道", "星湖社区", 64),
    place("临溪区", "溪畔街道", "龙潭社区", 30),
    place("临溪区", "溪畔街道", "溪畔社区", 24),
    place("临溪区", "东门街道", "东门社区", 46),
    place("临溪区", "白沙镇", "沙坝村", 38),
    place("云岫县", "城关街道", "北街社区", 35),
    place("云岫县", "大塘镇", "大塘村", 16),
    place("云岫县", "大塘镇", "塘尾村", 13),
    place("云岫县", "茶岭镇", "枫树村", 25),
    place("青屏县", "屏山街道", "南苑社区", 27),
    place("青屏县", "大塘镇", "塘头村", 23),
    place("青屏县", "石门镇", "石门村", 10),
    place("青屏县", "石门镇", "岩前村", 8),
];

/// A road near a place; which one follows from `throw`.
pub(crate) fn road(place: &Place, throw: u64) -> &'static str {
    const ROADS: [(&str, [&str; 5]); 6] = [
        (
            "澜东区",
            ["文昌路", "澄心路", "望江路", "书院街", "东湖大道"],
        ),
        (
            "澜西区",
            ["西关大街", "体育场路", "站前路", "石桥路", "柳荫巷"],
        ),
        (
            "高新区",
            ["创新大道", "科苑路", "云谷路", "星湖路", "松林路"],
        ),
        ("临溪区", ["溪畔路", "东门街", "龙潭路", "白沙路", "东门路"]),
        ("云岫县", ["云岫大道", "城关路", "北街", "茶岭路", "大塘路"]),
        (
            "青屏县",
            ["屏山路", "南苑路", "石门路", "大塘路", "青屏大道"],
        ),
    ];
    let roads = ROADS
        .iter()
        .find(|(county, _)| *county == place.county)
        .expect("every county has roads")
        .1;
    roads[usize::try_from(throw % 5).expect("below 5")]
}
