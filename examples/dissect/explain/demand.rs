//! What the standard wants, for each rule that a packet can break.

use mqtt_wire::Violation;

/// A sentence, in words of our own; the statement that the fault cites has the standard's.
#[rustfmt::skip]
pub(super) const fn of(violation: Violation) -> &'static str {
    match violation {
        // fixed header and framing
        Violation::ForbiddenPacketType => "The packet type is 1 to 14; MQTT 5.0 also has 15, AUTH. Type 0 is no packet.",
        Violation::ReservedFlags => "Bits 3 to 0 of the first byte are 0010 in PUBREL, SUBSCRIBE and UNSUBSCRIBE, and 0000 in all others but PUBLISH.",
        Violation::RemainingLengthTooLong => "The Remaining Length takes at most four bytes, so bit 7 of the fourth is 0.",
        Violation::PacketTooLarge => "A packet is no larger than its receiver said that it takes.",
        Violation::PacketTooLong => "What follows the fixed header has at most 268,435,455 bytes.",
        Violation::WrongSide => "Each packet type is sent by the client, by the server, or by both, and only by those.",
        Violation::NotConnect => "The first packet that a client sends is a CONNECT.",

        // fields
        Violation::Truncated => "Every field lies wholly inside the packet, whose end the Remaining Length tells.",
        Violation::MissingField => "Each field that a flag announces is there, in the order of the standard.",
        Violation::LeftOver => "The Remaining Length counts the bytes of the packet's fields, and no more.",
        Violation::IllFormedUtf8 => "A string is well-formed UTF-8: no surrogate, no character in more bytes than it needs, none cut short.",
        Violation::NulCharacter => "A string does not hold the character U+0000.",
        Violation::StringTooLong | Violation::BinaryTooLong => "What stands behind a Two Byte Integer as its length has at most 65,535 bytes.",
        Violation::VariableByteIntegerTooLong => "A Variable Byte Integer takes at most four bytes, so bit 7 of the fourth is 0.",
        Violation::PaddedVariableByteInteger => "A Variable Byte Integer takes as few bytes as can hold its value, so the last of several is not 0.",
        Violation::ZeroPacketId => "A Packet Identifier is 1 to 65,535.",

        // topics
        Violation::EmptyTopic => "A Topic Name or a Topic Filter has at least one character.",
        Violation::WildcardInTopicName => "A Topic Name holds neither '+' nor '#': wildcards are for Topic Filters.",
        Violation::MisplacedMultiLevelWildcard => "'#' is a level by itself, and the last one: 'a/#', but not 'a#' or '#/a'.",
        Violation::MisplacedSingleLevelWildcard => "'+' is a level by itself: 'a/+/b', but not 'a+'.",
        Violation::EmptyShareName => "The name behind '$share/' has at least one character.",
        Violation::IllFormedSharedSubscription => "A shared subscription is '$share/', a name without '/', '+' and '#', another '/', and a Topic Filter.",
        Violation::FilterOfV3 => "A Topic Filter that begins with '$share/' is a shared subscription in MQTT 5.0, and nothing else.",

        // CONNECT
        Violation::WrongProtocolName => "The Protocol Name is exactly MQIsdp in MQTT 3.1, and exactly MQTT from 3.1.1 on.",
        Violation::UnsupportedVersion => "The protocol level is 3 in MQTT 3.1, 4 in 3.1.1 and 5 in 5.0; a server refuses one that it does not speak.",
        Violation::ReservedConnectFlag => "Bit 0 of the Connect Flags is 0.",
        Violation::WillQoSWithoutWill => "Where the Will Flag is 0, the Will QoS is 0.",
        Violation::WillRetainWithoutWill => "Where the Will Flag is 0, Will Retain is 0.",
        Violation::WillQoS3 => "The Will QoS is 0, 1 or 2.",
        Violation::PasswordWithoutUserName => "Where the User Name Flag is 0, the Password Flag is 0, until MQTT 5.0.",
        Violation::EmptyClientIdentifier => "A client of MQTT 3.1 has an identifier of 1 to 23 characters.",

        // CONNACK
        Violation::ReservedConnackFlags => "Bits 7 to 1 of the Connect Acknowledge Flags are 0.",
        Violation::SessionPresentWithRefusal => "A server that refuses the connection sets Session Present to 0.",
        Violation::UnknownReturnCode => "The code is one that the standard lists for this packet; others are reserved.",
        Violation::AnsweredInVersion3 => "A CONNACK of MQTT 5.0 has a Property Length behind its Reason Code; this one ends before it, as in MQTT 3.",

        // PUBLISH
        Violation::QoS3 => "The QoS is 0, 1 or 2: its two bits are never both 1.",
        Violation::DupAtQoS0 => "DUP is 0 at QoS 0, where nothing is sent twice.",
        Violation::PayloadNotUtf8 => "A payload with the Payload Format Indicator 1 is UTF-8 text.",
        Violation::NoTopic => "A PUBLISH has a Topic Name, or in MQTT 5.0 at least a Topic Alias.",

        // SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK
        Violation::NoTopicFilter => "The payload has at least one Topic Filter.",
        Violation::ReservedSubscriptionBits => "The reserved upper bits of the byte behind a Topic Filter are 0.",
        Violation::RequestedQoS3 => "The requested QoS is 0, 1 or 2.",
        Violation::RetainHandling3 => "The Retain Handling is 0, 1 or 2.",
        Violation::NoLocalOnSharedSubscription => "No Local is 0 for a shared subscription.",
        Violation::NoReturnCode => "The payload has a Return Code for each Topic Filter of the SUBSCRIBE, so at least one.",
        Violation::WrongNumberOfCodes => "The payload has a code for each Topic Filter of the request, in their order.",

        // properties
        Violation::PropertyLengthTooLong => "The properties, whose bytes the Property Length counts, lie inside the packet.",
        Violation::PropertyTruncated => "The Property Length ends where a property ends.",
        Violation::UnknownProperty => "A property begins with one of the 27 identifiers that the standard lists.",
        Violation::PropertyNotAllowed => "A property stands only in the packets that the standard lists for it.",
        Violation::PropertyFromWrongSide => "Some properties of a packet are for the client alone to send, or for the server alone.",
        Violation::RepeatedProperty => "A property stands once at most, but for User Property, and for Subscription Identifier in a PUBLISH.",
        Violation::PropertyOutOfRange => "The value of a property is one that its section allows.",
        Violation::ZeroTopicAlias => "A Topic Alias is 1 to 65,535.",
        Violation::BadResponseTopic => "The Response Topic is a Topic Name: at least one character, and no wildcard.",
        Violation::AuthenticationDataWithoutMethod => "Authentication Data stands only beside an Authentication Method.",
        Violation::NoAuthenticationMethod => "An AUTH has an Authentication Method.",

        // reason codes
        Violation::UnknownReasonCode => "A Reason Code is one that the standard lists.",
        Violation::ReasonCodeNotAllowed => "The Reason Code is one that the standard lists for this packet.",
        Violation::ReasonCodeFromWrongSide => "Some Reason Codes of a packet are for the client alone to send, or for the server alone.",
        Violation::NoReasonCode => "The payload has a Reason Code for each Topic Filter of the request, so at least one.",

        // what a connection agreed on
        Violation::QoSNotSupported => "A client sends no QoS above the Maximum QoS of the CONNACK.",
        Violation::RetainNotSupported => "A client sets no RETAIN where the CONNACK said that it is not available.",
        Violation::TopicAliasTooLarge => "A Topic Alias is no larger than the Topic Alias Maximum of its receiver.",
        Violation::SubscriptionIdentifiersNotSupported => "A client sends no Subscription Identifier where the CONNACK said that they are not available.",
        Violation::SharedSubscriptionsNotSupported => "A client asks for no shared subscription where the CONNACK said that they are not available.",
        Violation::WildcardSubscriptionsNotSupported => "A client sends no wildcards where the CONNACK said that they are not available.",
        Violation::ResponseInformationNotRequested => "A server sends Response Information only to a client that asked for it.",
        Violation::SessionExpiryAfterZero => "A Session Expiry Interval that was 0 in the CONNECT stays 0 in the DISCONNECT.",
        Violation::ProblemInformationNotRequested => "To a client that asked for none, a server explains itself in CONNACK, PUBLISH and DISCONNECT only.",

        // what a connection remembers
        Violation::UnknownTopicAlias => "A Topic Alias without a Topic Name was given one before, on the same connection.",
        Violation::NoRoomForTopic => "A receiver keeps the topic of each Topic Alias up to the Topic Alias Maximum that it named.",
        Violation::ReceiveMaximumExceeded => "A sender has no more messages of QoS 1 and 2 under way than the Receive Maximum of the receiver.",
    }
}
