// Two clients of node-vscp-tcp against a link server: one receives in the loop, the other asks for everything and sends an event.
// Prints what they got as one line of JSON, and fails if something is missing. Usage: client.js PORT USER PASSWORD
'use strict';

console.info = console.error; // the library talks on standard output, which is for the result

const tcp = require('node-vscp-tcp');
const Client = tcp.Client || tcp;

const [port, user, password] = [Number(process.argv[2]), process.argv[3], process.argv[4]];
const wanted = 3; // events of the server's own
const sentGUID = 'FF:FF:FF:FF:FF:FF:FF:FE:00:77:00:00:00:00:00:01';
const result = {version: '', channels: [], interfaces: 0, pending: -1, sent: '', events: [], fromOther: null, alive: 0};

const timer = setTimeout(() => fail(new Error('not done within 20 s')), 20000);

function fail(error) {
  console.error('client.js: ' + (error && error.message ? error.message : JSON.stringify(error)));
  console.log(JSON.stringify(result));
  process.exit(1);
}

async function login() {
  const client = new Client();
  client.on('error', fail);
  await client.connect({host: '127.0.0.1', port: port, timeout: 5000});
  await client.user({username: user});
  await client.password({password: password});
  return client;
}

// receive enters the loop, and resolves when the events of the server and that of the other client have come.
async function receive(client, entered) {
  const done = new Promise((resolve) => {
    const check = () => {
      if (result.events.length >= wanted && result.fromOther && result.alive > 0) {
        resolve();
      }
    };
    client.on('alive', () => { result.alive++; check(); });
    client.addEventListener((event) => {
      if (event.vscpGuid === sentGUID) {
        result.fromOther = event;
      } else if (result.events.length < wanted) {
        result.events.push(event);
      }
      check();
    });
  });
  await client.startRcvLoop({});
  entered();
  await done;
}

async function send(client) {
  const version = await client.getRemoteVersion({});
  result.version = [version.major, version.minor, version.release, version.build].join('.');
  result.channels.push(Number(await client.getChannelID({})));
  result.interfaces = (await client.getInterfaces({})).length;
  await client.clearQueue({});
  result.pending = Number(await client.getPendingEventCount({}));
  const answer = await client.sendCommand({command: 'send', argument: '96,20,3,0,2026-11-22T17:00:22.000Z,0,' + sentGUID + ',1,2,255'});
  result.sent = answer.result || String(answer);
  await client.disconnect({});
}

async function main() {
  const receiver = await login();
  const sender = await login();
  await new Promise((resolve, reject) => {
    let sending;
    receive(receiver, () => { sending = send(sender); sending.catch(reject); })
      .then(() => sending)
      .then(resolve, reject);
  });
  await receiver.stopRcvLoop({});
  await receiver.disconnect({});
}

main().then(() => {
  clearTimeout(timer);
  console.log(JSON.stringify(result));
  process.exit(0);
}, fail);
