// What MQTT.js exchanges with a server: node mqttjs.mjs MODULES URL VERSION FILE. Prints a line a check: "ok: name", or
// "FAILED: name: why".

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { isDeepStrictEqual } from "node:util";

const [modules, url, version, file] = process.argv.slice(2);
const mqtt = createRequire(`${modules}/`)("mqtt");

const PATIENCE = 30_000; // milliseconds for what must come
const A_THOUSAND = 1000;
const PROTOCOLS = {
  "3.1": { protocolId: "MQIsdp", protocolVersion: 3 },
  "3.1.1": { protocolVersion: 4 },
  "5.0": { protocolVersion: 5 },
};
const is5 = version === "5.0";

function same(actual, expected) {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, but got ${JSON.stringify(actual)}`);
  }
}

/** A client identifier that no other check uses. */
function newName(name) {
  return `${name}${process.pid}`;
}

/** Waits for what must come. */
async function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} does not come`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A client that keeps the messages it receives until they are asked for. */
class Client {
  constructor(client) {
    this.client = client;
    this.messages = [];
    this.waiting = [];
    client.on("message", (topic, payload, packet) => {
      const { retain, properties: said = {} } = packet;
      const message = { topic, text: payload.toString(), payload, retain, said };
      const waiting = this.waiting.shift();
      if (waiting) waiting(message);
      else this.messages.push(message);
    });
  }

  static async connect(options = {}) {
    const client = mqtt.connect(url, { ...PROTOCOLS[version], reconnectPeriod: 0, keepalive: 60, ...options });
    const opened = new Client(client);
    client.on("error", () => {}); // whoever waits for something learns that it does not come
    [opened.connack] = await within(once(client, "connect"), "CONNACK");
    return opened;
  }

  receive() {
    const message = this.messages.shift();
    return message ? Promise.resolve(message) : within(new Promise((done) => this.waiting.push(done)), "a message");
  }

  async texts(count) {
    const texts = [];
    while (texts.length < count) texts.push((await this.receive()).text);
    return texts;
  }

  subscribe(...options) {
    return within(this.client.subscribeAsync(...options), "SUBACK");
  }

  publish(topic, payload, options = {}) {
    return within(this.client.publishAsync(topic, payload, { qos: 1, ...options }), "the answer to a message");
  }

  end() {
    return within(this.client.endAsync(), "the end of the connection");
  }

  /** Ends the connection without DISCONNECT. */
  async vanish() {
    const closed = once(this.client, "close");
    this.client.stream.destroy();
    await within(closed, "the end of the connection");
  }
}

async function check(name, exchange) {
  try {
    await exchange();
    console.log(`ok: ${name}`);
  } catch (error) {
    console.log(`FAILED: ${name}: ${String(error.message).replaceAll("\n", " ")}`);
  }
}

await check("QoS 0, 1 and 2", async () => {
  const client = await Client.connect();
  await client.subscribe({ "a/+": { qos: 2 }, b: { qos: 0 } });
  for (const qos of [0, 1, 2]) await client.publish(`a/${qos}`, `메시지 ${qos}`, { qos });
  same(await client.texts(3), ["메시지 0", "메시지 1", "메시지 2"]);
  await client.end();
});

await check("a retained message, until it is cleared", async () => {
  const client = await Client.connect();
  await client.publish("kept", "old", { retain: true });
  await client.subscribe("kept", { qos: 1 });
  const { text, retain } = await client.receive();
  same([text, retain], ["old", true]);
  await client.publish("kept", "", { retain: true });
  const later = await Client.connect();
  await later.subscribe("kept", { qos: 1 });
  await later.publish("kept", "new");
  same(await later.texts(1), ["new"]);
  await Promise.all([client.end(), later.end()]);
});

await check("the will of a client that vanishes", async () => {
  const observer = await Client.connect();
  await observer.subscribe("gone", { qos: 1 });
  const mortal = await Client.connect({ will: { topic: "gone", payload: Buffer.from("bye"), qos: 1, retain: false } });
  await mortal.vanish();
  same(await observer.texts(1), ["bye"]);
  await observer.end();
});

await check("a session that outlives its connection", async () => {
  const name = newName("sleeper");
  const session = { clientId: name, clean: false, ...(is5 && { properties: { sessionExpiryInterval: 1000 } }) };
  const sleeper = await Client.connect(session);
  await sleeper.subscribe("session/+", { qos: 2 });
  await sleeper.end();
  const client = await Client.connect();
  for (const qos of [1, 2]) await client.publish(`session/${qos}`, `${qos}`, { qos });
  await client.end();
  // Messages may stand right behind CONNACK.
  const again = await Client.connect(session);
  same((await again.texts(2)).sort(), ["1", "2"]);
  if (version !== "3.1") same(again.connack.sessionPresent, true);
  await within(again.client.unsubscribeAsync("session/+"), "UNSUBACK");
  await again.end();
  const last = await Client.connect({ clientId: name, clean: true });
  same(last.connack.sessionPresent, false);
  await last.end();
});

await check("a message of 5 MB, both ways", async () => {
  const big = readFileSync(file);
  const client = await Client.connect();
  await client.subscribe("big", { qos: 2 });
  await client.publish("big", big, { qos: 2 });
  same((await client.receive()).payload.equals(big), true);
  await client.end();
});

await check("a thousand messages in flight", async () => {
  const client = await Client.connect();
  await client.subscribe("many", { qos: 2 });
  const numbers = Array.from({ length: A_THOUSAND }, (_, number) => `${number}`);
  await Promise.all(numbers.map((number) => client.publish("many", number, { qos: 2 })));
  same(await client.texts(A_THOUSAND), numbers);
  await client.end();
});

await check("a ping is answered", async () => {
  const client = await Client.connect();
  const answered = new Promise((done) => {
    client.client.on("packetreceive", (packet) => packet.cmd === "pingresp" && done());
  });
  client.client.sendPing();
  await within(answered, "PINGRESP");
  await client.end();
});

if (is5) {
  await check("properties of a message, user properties too", async () => {
    const client = await Client.connect();
    await client.subscribe("said", { qos: 1 });
    const properties = {
      payloadFormatIndicator: true,
      messageExpiryInterval: 1000,
      contentType: "text/plain",
      responseTopic: "answers",
      correlationData: Buffer.from([0, 255]),
      userProperties: { unit: ["celsius", "kelvin"], room: "거실" },
    };
    await client.publish("said", "21.5", { properties });
    const { said } = await client.receive();
    const { messageExpiryInterval: left, ...others } = said;
    const { messageExpiryInterval: _, ...expected } = properties;
    same({ ...others, userProperties: { ...others.userProperties } }, expected);
    same(left > 990 && left <= 1000, true);
    await client.end();
  });

  await check("topic aliases, both ways", async () => {
    const client = await Client.connect({ properties: { topicAliasMaximum: 10 }, autoAssignTopicAlias: true });
    await client.subscribe("alias/a", { qos: 1 });
    for (const text of ["named", "unnamed"]) await client.publish("alias/a", text);
    const messages = [await client.receive(), await client.receive()];
    same(messages.map(({ topic, text }) => [topic, text]), [["alias/a", "named"], ["alias/a", "unnamed"]]);
    await client.end();
  });

  await check("messages carry the identifier of their subscription", async () => {
    const client = await Client.connect();
    await client.subscribe("number", { qos: 1, properties: { subscriptionIdentifier: 268435455 } });
    await client.publish("number", "x");
    same((await client.receive()).said.subscriptionIdentifier, 268435455);
    await client.end();
  });

  await check("a shared subscription brings each message to one subscriber", async () => {
    const workers = await Promise.all([Client.connect(), Client.connect()]);
    for (const worker of workers) await worker.subscribe("$share/workers/jobs", { qos: 1 });
    const client = await Client.connect();
    const done = [];
    const all = new Promise((finished) => {
      for (const worker of workers) {
        worker.client.on("message", (_, payload) => done.push(Number(payload)) === 20 && finished());
      }
    });
    for (let job = 0; job < 20; job += 1) await client.publish("jobs", `${job}`);
    await within(all, "one of the jobs");
    same(done.sort((a, b) => a - b), Array.from({ length: 20 }, (_, job) => job));
    await Promise.all([...workers, client].map((one) => one.end()));
  });

  await check("the second client with a name takes over from the first", async () => {
    const name = newName("twin");
    const first = await Client.connect({ clientId: name });
    const told = once(first.client, "disconnect");
    const second = await Client.connect({ clientId: name });
    const [{ reasonCode }] = await within(told, "DISCONNECT");
    same(reasonCode, 0x8e);
    await second.end();
  });
}
