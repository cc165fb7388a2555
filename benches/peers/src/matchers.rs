//! The peers that match topics, each with what it can be given.

use mqtt_codec_kit::common::{TopicFilter as KitFilter, TopicName as KitName};
use ntex_bytes::ByteString;
use ntex_mqtt::TopicFilter as NtexFilter;
use workloads::topics::{Knows, MATCHERS, Match, Matcher};

/// mqtt-wire's matcher, the floors and the peers.
pub fn all() -> Vec<Matcher> {
    let peers = [
        Matcher::new::<Ntex>("ntex-mqtt", Knows::Everything),
        Matcher::new::<Mqttbytes>("mqttbytes", Knows::NoShareAndAscii),
        Matcher::new::<Rumqttc>("rumqttc", Knows::NoShareAndAscii),
        Matcher::new::<CodecKit>("mqtt-codec-kit", Knows::NoShare),
    ];
    MATCHERS.into_iter().chain(peers).collect()
}

/// Its filters are split into levels when they are made.
struct Ntex;

impl Match for Ntex {
    type Filter = NtexFilter;
    type Name = &'static str;

    fn filter(text: &'static str) -> Self::Filter {
        NtexFilter::try_from(ByteString::from_static(text)).expect("the filters are good")
    }

    fn name(text: &'static str) -> Self::Name {
        text
    }

    #[inline(always)]
    fn matches(filter: &Self::Filter, name: &Self::Name) -> bool {
        filter.matches_topic(*name)
    }
}

macro_rules! of_texts {
    ($($name:ident: $matches:path;)*) => { $(
        struct $name;

        impl Match for $name {
            type Filter = &'static str;
            type Name = &'static str;

            fn filter(text: &'static str) -> Self::Filter {
                text
            }

            fn name(text: &'static str) -> Self::Name {
                text
            }

            #[inline(always)]
            fn matches(filter: &Self::Filter, name: &Self::Name) -> bool {
                $matches(name, filter)
            }
        }
    )* };
}

of_texts! {
    Mqttbytes: mqttbytes::matches;
    Rumqttc: rumqttc::matches;
}

struct CodecKit;

impl Match for CodecKit {
    type Filter = KitFilter;
    type Name = KitName;

    fn filter(text: &'static str) -> Self::Filter {
        KitFilter::new(text).expect("the filters are good")
    }

    fn name(text: &'static str) -> Self::Name {
        KitName::new(text).expect("the names are good")
    }

    #[inline(always)]
    fn matches(filter: &Self::Filter, name: &Self::Name) -> bool {
        filter.get_matcher().is_match(name)
    }
}
