//! What mqttbytes and rumqttc have in common: one is the other's ancestor, and their types differ in their paths.

/// Reads the packets of 3.1.1.
macro_rules! v3_reader {
    ($v4:ident) => {
        #[inline(always)]
        fn read_v3(packet: &$v4::Packet, reader: &mut impl Reader) {
            use $v4::Packet;
            match packet {
                Packet::Connect(connect) => {
                    reader.packet("CONNECT");
                    reader.check("clean session", Some(connect.clean_session));
                    reader.number("keep alive", connect.keep_alive.into());
                    reader.bytes("client identifier", connect.client_id.as_bytes());
                    if let Some(will) = &connect.last_will {
                        reader.bytes("will topic", will.topic.as_bytes());
                        reader.bytes("will payload", &will.message);
                        reader.check("will QoS", Some(will.qos as u8));
                        reader.check("will retain", Some(will.retain));
                    }
                    if let Some(login) = &connect.login {
                        reader.bytes("user name", login.username.as_bytes());
                        reader.bytes("password", login.password.as_bytes());
                    }
                }
                Packet::ConnAck(connack) => {
                    reader.packet("CONNACK");
                    reader.number("session present", connack.session_present.into());
                    reader.number("code", connack.code as u64);
                }
                Packet::Publish(publish) => {
                    reader.packet("PUBLISH");
                    reader.check("DUP", Some(publish.dup));
                    reader.check("QoS", Some(publish.qos as u8));
                    reader.check("retain", Some(publish.retain));
                    reader.bytes("topic", publish.topic.as_bytes());
                    reader.number("packet identifier", publish.pkid.into());
                    reader.bytes("payload", &publish.payload);
                }
                Packet::PubAck(puback) => {
                    reader.packet("PUBACK");
                    reader.number("packet identifier", puback.pkid.into());
                }
                Packet::Subscribe(subscribe) => {
                    reader.packet("SUBSCRIBE");
                    reader.number("packet identifier", subscribe.pkid.into());
                    for filter in &subscribe.filters {
                        reader.bytes("topic filter", filter.path.as_bytes());
                        reader.number("QoS", filter.qos as u64);
                    }
                }
                Packet::SubAck(suback) => {
                    reader.packet("SUBACK");
                    reader.number("packet identifier", suback.pkid.into());
                    for code in &suback.return_codes {
                        reader.number(
                            "code",
                            match code {
                                $v4::SubscribeReasonCode::Success(qos) => *qos as u64,
                                $v4::SubscribeReasonCode::Failure => 0x80,
                            },
                        );
                    }
                }
                Packet::Unsubscribe(unsubscribe) => {
                    reader.packet("UNSUBSCRIBE");
                    reader.number("packet identifier", unsubscribe.pkid.into());
                    unsubscribe.topics.iter().for_each(|filter| reader.bytes("topic filter", filter.as_bytes()));
                }
                Packet::PingReq => reader.packet("PINGREQ"),
                Packet::PingResp => reader.packet("PINGRESP"),
                Packet::Disconnect => reader.packet("DISCONNECT"),
                _ => panic!("no workload has such a packet"),
            }
        }
    };
}
pub(super) use v3_reader;

/// Reads the property blocks of 5.0.
macro_rules! v5_property_readers {
    ($v5:ident, $will_properties:ident) => {
        #[inline(always)]
        fn user_properties(pairs: &[(String, String)], reader: &mut impl Reader) {
            pairs.iter().for_each(|(name, value)| reader.user_property(name.as_bytes(), value.as_bytes()));
        }

        #[inline(always)]
        fn read_connect_properties(properties: &$v5::ConnectProperties, reader: &mut impl Reader) {
            user_properties(&properties.user_properties, reader);
            reader.check(property::SESSION_EXPIRY_INTERVAL, properties.session_expiry_interval);
            reader.check(property::RECEIVE_MAXIMUM, properties.receive_maximum);
            reader.check(property::MAXIMUM_PACKET_SIZE, properties.max_packet_size);
            reader.check(property::TOPIC_ALIAS_MAXIMUM, properties.topic_alias_max);
            reader.check(property::REQUEST_RESPONSE_INFORMATION, properties.request_response_info);
            reader.check(property::REQUEST_PROBLEM_INFORMATION, properties.request_problem_info);
            reader.check_bytes(property::AUTHENTICATION_METHOD, properties.authentication_method.as_ref());
            reader.check_bytes(property::AUTHENTICATION_DATA, properties.authentication_data.as_ref());
        }

        #[inline(always)]
        fn read_will_properties(properties: &$v5::$will_properties, reader: &mut impl Reader) {
            user_properties(&properties.user_properties, reader);
            reader.check(property::WILL_DELAY_INTERVAL, properties.delay_interval);
            reader.check(property::PAYLOAD_FORMAT_INDICATOR, properties.payload_format_indicator);
            reader.check(property::MESSAGE_EXPIRY_INTERVAL, properties.message_expiry_interval);
            reader.check_bytes(property::CONTENT_TYPE, properties.content_type.as_ref());
            reader.check_bytes(property::RESPONSE_TOPIC, properties.response_topic.as_ref());
            reader.check_bytes(property::CORRELATION_DATA, properties.correlation_data.as_ref());
        }

        #[inline(always)]
        fn read_connack_properties(properties: &$v5::ConnAckProperties, reader: &mut impl Reader) {
            user_properties(&properties.user_properties, reader);
            reader.check(property::SESSION_EXPIRY_INTERVAL, properties.session_expiry_interval);
            reader.check(property::RECEIVE_MAXIMUM, properties.receive_max);
            reader.check(property::MAXIMUM_QOS, properties.max_qos);
            reader.check(property::RETAIN_AVAILABLE, properties.retain_available);
            reader.check(property::MAXIMUM_PACKET_SIZE, properties.max_packet_size);
            reader.check_bytes(property::ASSIGNED_CLIENT_IDENTIFIER, properties.assigned_client_identifier.as_ref());
            reader.check(property::TOPIC_ALIAS_MAXIMUM, properties.topic_alias_max);
            reader.check_bytes(property::REASON_STRING, properties.reason_string.as_ref());
            reader.check(property::WILDCARD_SUBSCRIPTION_AVAILABLE, properties.wildcard_subscription_available);
            reader.check(property::SUBSCRIPTION_IDENTIFIER_AVAILABLE, properties.subscription_identifiers_available);
            reader.check(property::SHARED_SUBSCRIPTION_AVAILABLE, properties.shared_subscription_available);
            reader.check(property::SERVER_KEEP_ALIVE, properties.server_keep_alive);
            reader.check_bytes(property::RESPONSE_INFORMATION, properties.response_information.as_ref());
            reader.check_bytes(property::SERVER_REFERENCE, properties.server_reference.as_ref());
            reader.check_bytes(property::AUTHENTICATION_METHOD, properties.authentication_method.as_ref());
            reader.check_bytes(property::AUTHENTICATION_DATA, properties.authentication_data.as_ref());
        }

        #[inline(always)]
        fn read_publish_properties(properties: &$v5::PublishProperties, reader: &mut impl Reader) {
            user_properties(&properties.user_properties, reader);
            reader.check(property::PAYLOAD_FORMAT_INDICATOR, properties.payload_format_indicator);
            reader.check(property::MESSAGE_EXPIRY_INTERVAL, properties.message_expiry_interval);
            reader.check(property::TOPIC_ALIAS, properties.topic_alias);
            reader.check_bytes(property::RESPONSE_TOPIC, properties.response_topic.as_ref());
            reader.check_bytes(property::CORRELATION_DATA, properties.correlation_data.as_ref());
            reader.check_bytes(property::CONTENT_TYPE, properties.content_type.as_ref());
            for &identifier in &properties.subscription_identifiers {
                reader.check(property::SUBSCRIPTION_IDENTIFIER, Some(identifier as u64));
            }
        }
    };
}
pub(super) use v5_property_readers;

/// Its encoder patches the flags of a CONNECT at an index that counts from the beginning of the buffer. So what begins with a
/// CONNECT gets a buffer of its own, as a connection would have it.
macro_rules! encodes_sessions {
    ($name:ident, $module:ident, |$input:ident| $read:expr, |$packet:ident, $output:ident| $write:expr) => {
        impl Encode for $name {
            type Packets = Vec<Vec<$module::Packet>>;
            type Output = Vec<BytesMut>;

            fn packets(bytes: &'static [u8]) -> Self::Packets {
                let $input = &mut BytesMut::from(bytes);
                let mut sessions = vec![Vec::new()];
                while !$input.is_empty() {
                    let packet = $read.expect("it is good");
                    if matches!(packet, $module::Packet::Connect(..)) {
                        sessions.push(Vec::new());
                    }
                    sessions.last_mut().expect("there is one").push(packet);
                }
                sessions.retain(|session| !session.is_empty());
                sessions
            }

            fn output(sessions: &Self::Packets, size: usize) -> Self::Output {
                sessions.iter().map(|_| BytesMut::with_capacity(2 * size / sessions.len())).collect()
            }

            fn encode(sessions: &mut Self::Packets, outputs: &mut Self::Output) {
                for (session, $output) in sessions.iter().zip(outputs) {
                    $output.clear();
                    for $packet in session {
                        $write.expect("it is good");
                    }
                }
            }

            fn written(_: &Self::Packets, outputs: &Self::Output) -> Vec<u8> {
                outputs.concat()
            }
        }
    };
}
pub(super) use encodes_sessions;
