//! 1,000 topic names and 1,000 different topic filters, as a company with many sites would use them; the same at every run.
//!
//! Needs nothing but the standard library, so that others can be measured with the same.

/// How many names and how many filters.
pub const COUNT: usize = 1_000;

const SENSORS: [&str; 8] = ["temp", "humidity", "pressure", "co2", "battery", "vibration", "power", "door"];
const GROUPS: [&str; 4] = ["workers", "archive", "alarms", "billing"];
const SYSTEM: [&str; 6] =
    ["uptime", "clients/connected", "clients/total", "load/messages/received", "load/bytes/sent", "version"];

/// What messages are published to: telemetry for the most part.
pub fn names() -> Vec<String> {
    let mut random = Random(1);
    (0..COUNT).map(|_| name(&mut random)).collect()
}

/// What clients subscribe to.
pub fn filters() -> Vec<String> {
    let mut random = Random(2);
    let mut filters = Vec::new();
    while filters.len() < COUNT {
        let filter = filter(&mut random);
        if !filters.contains(&filter) {
            filters.push(filter);
        }
    }
    filters
}

fn name(random: &mut Random) -> String {
    let (site, device, sensor) = (random.below(40), random.below(200), random.of(&SENSORS));
    match random.below(100) {
        0..60 => format!("site/{site:04}/dev/{device:04}/{sensor}"),
        60..75 => format!("site/{site:04}/dev/{device:04}/{sensor}/set"),
        75..88 => format!("building/{}/floor/{}/room/{device:03}/{sensor}", random.below(12), random.below(9)),
        88..93 => format!("hello/user-{device}/chat"),
        93..97 => format!("공장/{site}/라인/{}/온도", random.below(9)),
        _ => format!("$SYS/broker/{}", random.of(&SYSTEM)),
    }
}

fn filter(random: &mut Random) -> String {
    let (site, device, sensor, group) = (random.below(40), random.below(200), random.of(&SENSORS), random.of(&GROUPS));
    match random.below(100) {
        0..25 => name(random),
        25..40 => format!("site/{site:04}/dev/+/{sensor}"),
        40..50 => format!("site/{site:04}/dev/{device:04}/#"),
        50..58 => format!("site/+/dev/{device:04}/{sensor}"),
        58..61 => format!("site/{site:04}/#"),
        61..71 => format!("building/{}/floor/{}/room/+/{sensor}", random.below(12), random.below(9)),
        71..75 => format!("building/{}/floor/+/room/{device:03}/#", random.below(12)),
        75..80 => format!("hello/user-{device}/+"),
        80..83 => format!("공장/{site}/라인/+/온도"),
        83..93 => format!("$share/{group}/site/{site:04}/dev/+/{sensor}"),
        93..97 => format!("$share/{group}/building/{}/floor/+/room/+/{sensor}", random.below(12)),
        97 => format!("$SYS/broker/{}", random.of(&SYSTEM)),
        98 => format!("+/{site:04}/dev/{device:04}/+"),
        _ => random.of(&["#", "site/#", "site/+/dev/+/temp", "hello/+/chat", "$SYS/#", "$share/archive/#"]).to_owned(),
    }
}

/// Numbers without an order, from D. H. Lehmer's generator with the constants of Park and Miller.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0 * 48_271 % 0x7FFF_FFFF;
        self.0 / 1_024 % end
    }

    fn of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.below(texts.len() as u64) as usize]
    }
}
