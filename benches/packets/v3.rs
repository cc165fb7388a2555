//! The packets of 3.1.1, and a CONNECT of 3.1.

use mqtt_wire::v3::{
    Connack, Connect, ConnectReturnCode, Disconnect, Edition, Packet, Pingreq, Pingresp, Puback, Pubcomp, Publish,
    Pubrec, Pubrel, Suback, Subscribe, SubscribeReturnCode, Subscription, Unsuback, Unsubscribe, Will,
};
use mqtt_wire::{Delivery, QoS, text, topic_name};

use crate::touch::{sum, touch};
use crate::{FILTERS, ID, LARGE, TELEMETRY};

pub(crate) fn packets(mut measure: impl FnMut(Edition, &str, Packet<'_>)) {
    let subscriptions = FILTERS.map(|topic_filter| Subscription::new(topic_filter, QoS::AtLeastOnce));
    let return_codes = [SubscribeReturnCode::Granted(QoS::AtLeastOnce); 8];
    let connect = Connect::new(text!("meter-0137"));
    let all_fields = Connect {
        will: Some(Will::new(topic_name!("site/0042/dev/0137/state"), b"gone")),
        user_name: Some(text!("meter")),
        password: Some(b"correct horse"),
        ..connect
    };
    let telemetry = Publish::new(topic_name!("site/0042/dev/0137/temp"), TELEMETRY);
    let qos_1 = Publish { delivery: Delivery::at_least_once(ID), ..telemetry };

    measure(Edition::V3_1, "CONNECT", Connect { edition: Edition::V3_1, ..connect }.into());
    let mut measure = |name: &str, packet: Packet<'_>| measure(Edition::V3_1_1, name, packet);
    measure("CONNECT", connect.into());
    measure("CONNECT, all fields", all_fields.into());
    measure("CONNACK", Connack::new(ConnectReturnCode::Accepted).into());
    measure("PUBLISH, QoS 0", telemetry.into());
    measure("PUBLISH, QoS 1", qos_1.into());
    measure("PUBLISH, non-ASCII topic", Publish { topic: topic_name!("거실/온도/센서"), ..telemetry }.into());
    measure("PUBLISH, 64 KiB", Publish { payload: &LARGE, ..qos_1 }.into());
    measure("PUBACK", Puback::new(ID).into());
    measure("PUBREC", Pubrec::new(ID).into());
    measure("PUBREL", Pubrel::new(ID).into());
    measure("PUBCOMP", Pubcomp::new(ID).into());
    measure("SUBSCRIBE", Subscribe::new(ID, &subscriptions[..1]).into());
    measure("SUBSCRIBE, 8 filters", Subscribe::new(ID, &subscriptions).into());
    measure("SUBACK", Suback::new(ID, &return_codes[..1]).into());
    measure("SUBACK, 8 codes", Suback::new(ID, &return_codes).into());
    measure("UNSUBSCRIBE", Unsubscribe::new(ID, &FILTERS[..1]).into());
    measure("UNSUBSCRIBE, 8 filters", Unsubscribe::new(ID, &FILTERS).into());
    measure("UNSUBACK", Unsuback::new(ID).into());
    measure("PINGREQ", Pingreq.into());
    measure("PINGRESP", Pingresp.into());
    measure("DISCONNECT", Disconnect.into());
}

touch! {
    Packet<'_>: |packet| match packet {
        Packet::Connect(connect) => connect.touch(),
        Packet::Connack(connack) => sum!(connack.session_present, connack.return_code),
        Packet::Publish(publish) => sum!(publish.delivery, publish.retain, publish.topic, publish.payload),
        Packet::Puback(puback) => puback.packet_id.touch(),
        Packet::Pubrec(pubrec) => pubrec.packet_id.touch(),
        Packet::Pubrel(pubrel) => pubrel.packet_id.touch(),
        Packet::Pubcomp(pubcomp) => pubcomp.packet_id.touch(),
        Packet::Subscribe(subscribe) => sum!(subscribe.packet_id, subscribe.subscriptions),
        Packet::Suback(suback) => sum!(suback.packet_id, suback.return_codes),
        Packet::Unsubscribe(unsubscribe) => sum!(unsubscribe.packet_id, unsubscribe.topic_filters),
        Packet::Unsuback(unsuback) => unsuback.packet_id.touch(),
        Packet::Pingreq(_) | Packet::Pingresp(_) | Packet::Disconnect(_) => 0,
    };
    Connect<'_>: |connect| sum!(
        connect.edition,
        connect.clean_session,
        connect.keep_alive,
        connect.client_id,
        connect.will,
        connect.user_name,
        connect.password,
    );
    Edition: |edition| *edition as usize;
    Will<'_>: |will| sum!(will.qos, will.retain, will.topic, will.message);
    ConnectReturnCode: |code| usize::from(code.value());
    Subscription<'_>: |subscription| sum!(subscription.topic_filter, subscription.qos);
    SubscribeReturnCode: |code| usize::from(code.value());
}
