//! The application: readings, an LED, and how often to read.

use core::fmt::Write as _;

use heapless::String;
use mqtt_wire::v5::{Properties, Property, Publish};
use mqtt_wire::{Text, TopicName, text, topic_name};

use crate::board::LEDS;
use crate::client::Client;
use crate::clock::Instant;
use crate::session::NotTaken;

/// Whether the thermometer is connected: what it says itself, and what its will says.
pub const STATE: TopicName<'static> = topic_name!("thermometer/7/state");
pub const ONLINE: &[u8] = b"online";
pub const OFFLINE: &[u8] = b"offline";

const CELSIUS: TopicName<'static> = topic_name!("thermometer/7/celsius");
const LED: TopicName<'static> = topic_name!("thermometer/7/led");
const SECONDS: TopicName<'static> = topic_name!("thermometer/7/seconds");

/// A reading is of no interest after that many seconds.
const READING_EXPIRES: u32 = 3600;

pub struct Thermometer {
    led_is_on: bool,
    /// The seconds from reading to reading.
    seconds: u32,
    last_reading: Instant,
    /// Numbers the readings, so that who reads them knows of one that comes twice, and of none that is missing.
    readings: u32,
    to_tell: ToTell,
}

/// What has changed, and is to be published.
struct ToTell {
    state: bool,
    led: bool,
    seconds: bool,
}

impl ToTell {
    const NOTHING: ToTell = ToTell { state: false, led: false, seconds: false };
    const EVERYTHING: ToTell = ToTell { state: true, led: true, seconds: true };
}

impl Thermometer {
    pub fn new(now: Instant) -> Thermometer {
        LEDS.write(0);
        Thermometer { led_is_on: false, seconds: 1, last_reading: now, readings: 0, to_tell: ToTell::NOTHING }
    }

    /// For a new connection: meanwhile the will may have been published, or the server may have lost what it kept.
    pub fn tell_everything(&mut self) {
        self.to_tell = ToTell::EVERYTHING;
    }

    /// Obeys `on` and `off`.
    pub fn set_led(&mut self, payload: &[u8]) -> bool {
        self.led_is_on = match payload {
            b"on" => true,
            b"off" => false,
            _ => return false,
        };
        LEDS.write(u32::from(self.led_is_on));
        self.to_tell.led = true;
        true
    }

    /// Obeys a number of seconds, 1 to 3600.
    pub fn set_seconds(&mut self, payload: &[u8]) -> bool {
        let number = str::from_utf8(payload).ok().and_then(|text| text.parse().ok());
        let Some(seconds @ 1..=3600) = number else { return false };
        self.seconds = seconds;
        self.to_tell.seconds = true;
        true
    }

    /// Publishes what has changed, and a reading when it is time. What the client has no room for is tried again.
    pub fn poll<T>(&mut self, now: Instant, client: &mut Client<T>) {
        if self.to_tell.state {
            self.to_tell.state = !tell(client, retained(STATE, ONLINE));
        }
        if self.to_tell.led {
            self.to_tell.led = !tell(client, retained(LED, if self.led_is_on { b"on" } else { b"off" }));
        }
        if self.to_tell.seconds {
            let seconds = decimal(self.seconds);
            self.to_tell.seconds = !tell(client, retained(SECONDS, seconds.as_bytes()));
        }
        if now.since(self.last_reading) >= self.seconds * 1000 && self.read(client) {
            self.last_reading = now;
            self.readings = self.readings.wrapping_add(1);
        }
    }

    /// False: there is no room for a reading now.
    fn read<T>(&self, client: &mut Client<T>) -> bool {
        let number = decimal(self.readings.wrapping_add(1));
        let number = Text::new(&number).unwrap_or_default();
        let properties =
            [Property::MessageExpiryInterval(READING_EXPIRES), Property::UserProperty((text!("reading"), number))];
        let celsius = celsius(self.readings);
        let reading =
            Publish { properties: Properties::from(&properties), ..Publish::new(CELSIUS, celsius.as_bytes()) };
        tell(client, reading)
    }
}

fn retained<'a>(topic: TopicName<'a>, payload: &'a [u8]) -> Publish<'a> {
    Publish { retain: true, ..Publish::new(topic, payload) }
}

/// False: there is no room for it now.
fn tell<T>(client: &mut Client<T>, publish: Publish<'_>) -> bool {
    match client.publish(publish) {
        Ok(()) => true,
        Err(NotTaken::Full) => false,
        Err(why) => {
            warning!("not taken: {}: {}", publish.topic, why);
            true // to try again would not help
        }
    }
}

fn decimal(number: u32) -> String<10> {
    let mut text = String::new();
    write!(text, "{number}").ok();
    text
}

/// In place of a sensor: up from 19.00 to 23.00 degrees and down again, by a tenth from reading to reading.
fn celsius(reading: u32) -> String<16> {
    let step = reading % 80;
    let tenths = 190 + if step < 40 { step } else { 80 - step };
    let mut text = String::new();
    write!(text, "{}.{}0", tenths / 10, tenths % 10).ok();
    text
}
