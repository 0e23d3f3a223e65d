// The test of the status page: a bridge, its sites and a hostile server on one side, Chromium on the other.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const work = process.argv[2];
const program = process.env.TCPIPLINK;
const running = [];

// start runs the program and waits until its output has the pattern. It returns what the first group matched.
function start(pattern, ...args) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk) => {
      said += chunk;
      const found = said.match(pattern);
      if (found) resolve([found[1], child]);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("exit", (code) => reject(new Error(`${args.join(" ")} ended with ${code}: ${said}`)));
  });
}

const simulate = (site, rate) => start(/(127\.0\.0\.1:\d+)/, "simulate", "--listen", "127.0.0.1:0", "--rate", String(rate), "--guid", `FF:FF:FF:FF:FF:FF:FF:FE:00:0${site}:00:00:00:00:00:00`);
const run = (file) => start(/admin server started: address=(127\.0\.0\.1:\d+)/, "run", "--config", file);

// A server whose every word and event wants to be markup. It refuses one user, and lets another in.
const markup = "<img src=x onerror=window.owned=1><b>bold</b>";
const bytesOf = (text) => [...Buffer.from(text)].join(",");
const hostile = createServer((socket) => {
  socket.on("error", () => {});
  socket.write(`+OK ${markup}\r\n`);
  let refused = false;
  socket.on("data", (chunk) => {
    for (const line of chunk.toString().split("\r\n").filter(Boolean)) {
      refused ||= line === "USER refused";
      if (refused) socket.write(`-OK ${markup}\r\n`);
      else if (line === "RCVLOOP") {
        socket.write("+OK\r\n");
        const timer = setInterval(() => {
          // CLASS2.MEASUREMENT_STR: sensor, zone, subzone, unit, and the value as text.
          socket.write(`0,1040,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:09:00:00:00:00:00:01,0,0,0,0,${bytesOf("<b>7</b>")}\r\n`);
          socket.write(`0,20,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:09:00:00:00:00:00:02,${bytesOf("<b>hi")}\r\n+OK\r\n`);
        }, 500);
        socket.on("close", () => clearInterval(timer));
      } else if (line === "QUIT") socket.end("+OK\r\n");
      else socket.write("+OK\r\n");
    }
  });
});
await new Promise((resolve) => hostile.listen(0, "127.0.0.1", resolve));
const hostileAddress = `127.0.0.1:${hostile.address().port}`;

const remote = (name, address, more = "") => `remote "${name}" {\n  address = "${address}"\n  user = "admin"\n  password = "secret"\n  ${more}\n}\n`;
const configuration = (name, text) => {
  const file = join(work, name);
  writeFileSync(file, text);
  return file;
};

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

async function open(address, options = {}) {
  const page = await browser.newPage(options);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("console", (message) => { if (message.type() === "error") page.complaints.push(message.text()); });
  await page.goto(`http://${address}/`);
  await page.waitForFunction(() => document.querySelectorAll("#remotes tbody tr").length > 0);
  return page;
}

// until waits for what the browser tells this program, which the locators do not see.
async function until(holds, otherwise) {
  for (const end = Date.now() + 30_000; !holds(); ) {
    assert.ok(Date.now() < end, otherwise);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const rowOf = (page, name) => page.locator(`#remote-${name}`);
const checks = [];
const check = (what, body) => checks.push([what, body]);

const [north] = await simulate(1, 4);
const [south, southProcess] = await simulate(2, 2);
const [weather] = await simulate(3, 1);
const [address, bridge] = await run(configuration("bridge.hcl", `
bridge {\n  name = "campus"\n}\nadmin {\n  listen = "127.0.0.1:0"\n  socket = "admin.sock"\n}
${remote("north", north)}${remote("south", south, 'backoff {\n    max = "1s"\n  }')}
${remote("weather", weather, 'schedule {\n    every = "2s"\n    mode = "visit"\n  }')}
remote "hostile" {\n  address = "${hostileAddress}"\n}
remote "refuser" {\n  address = "${hostileAddress}"\n  user = "refused"\n  password = "x"\n}
route "buildings" {\n  between = [remote.north, remote.south]\n}
route "weather" {\n  from = [remote.weather, remote.hostile]\n  to = [remote.north, remote.refuser]\n}
`));

const page = await open(address, { viewport: { width: 1280, height: 1000 } });

check("shows remotes, routes and events live", async () => {
  assert.equal(await page.locator("#name").textContent(), "campus");
  assert.equal(await page.locator("#remotes tbody tr").count(), 5);
  assert.equal(await page.locator("#routes tbody tr").count(), 4);
  await page.waitForFunction(() => document.querySelectorAll("#events tbody tr").length > 3);
  await rowOf(page, "north").getByText("receiving").waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll("#events tbody tr")].some((tr) => tr.textContent.includes("TEMPERATURE") && tr.textContent.includes("°C")));
  await page.waitForFunction(() => /[1-9]/.test(document.querySelector("#routes tbody tr").cells[4].textContent));
  assert.equal(await page.locator("svg a").count(), 5);
  await page.waitForFunction(() => document.querySelector("svg .edge.flows"));
});

check("makes no markup of hostile words and bytes", async () => {
  await rowOf(page, "refuser").getByText("<img src=x").first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll("#events tbody tr")].some((tr) => tr.textContent.includes("3c 62 3e 68 69")));
  const found = await page.evaluate(() => [document.querySelectorAll("img, b, script:not([src='page.js']), [onerror], [style]").length, window.owned]);
  assert.deepEqual(found, [0, undefined]);
});

check("loads nothing from elsewhere and breaks no rule of its policy", async () => {
  const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map((r) => new URL(r.name).origin));
  assert.deepEqual([...new Set(loaded)], [`http://${address}`]);
  assert.deepEqual(page.complaints, []);
  const response = await fetch(`http://${address}/`);
  const policy = response.headers.get("content-security-policy");
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*/);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.inline = 1";
    document.body.append(script);
    script.remove();
    return window.inline;
  });
  assert.equal(ran, undefined);
  await until(() => /Content Security Policy/.test(page.complaints.join()), "the page breaks its policy, and nothing is said");
});

check("works with a keyboard", async () => {
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  for (const part of ["#remotes-title", "#routes-title", "#held-title", "#events-title"]) {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), part);
    assert.equal(await page.locator(part).count(), 1);
  }
  await page.keyboard.press("Tab");
  assert.match(await page.evaluate(() => document.activeElement.getAttribute("href")), /^#remote-/);
  await page.keyboard.press("Enter");
  assert.match(await page.evaluate(() => location.hash), /^#remote-/);
  await page.locator("#remotes-find").focus();
  await page.keyboard.type("wea");
  await page.waitForFunction(() => document.querySelectorAll("#remotes tbody tr").length === 1);
  await page.locator("#remotes-find").fill("");
  await page.locator("#routes-find").focus();
  await page.keyboard.type("Weather");
  await page.waitForFunction(() => document.querySelectorAll("#routes tbody tr").length === 2);
  await page.locator("#routes-find").fill("");
  await page.locator("#events-pause").focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#events-pause").getAttribute("aria-pressed"), "true");
  const before = await page.locator("#events tbody").textContent();
  await page.waitForTimeout(1500);
  assert.equal(await page.locator("#events tbody").textContent(), before);
  for (const when of await page.locator("#events tbody td.time").allTextContents()) assert.match(when, /^\d+:\d\d:\d\d$/, "the time of an event");
  await page.keyboard.press("Enter");
});

check("shows what is paused, and what a reason means", async () => {
  const change = (...args) => new Promise((resolve) => spawn(program, [...args, "--socket", join(work, "admin.sock")], { stdio: "ignore" }).on("exit", resolve));
  assert.equal(await change("pause", "remote", "weather"), 0);
  assert.equal(await change("pause", "route", "buildings"), 0);
  await rowOf(page, "weather").getByText("paused").waitFor();
  await page.locator("svg a[data-kind=held]").filter({ hasText: "weather" }).waitFor();
  await page.locator("svg g[data-kind=held]").filter({ hasText: "buildings" }).waitFor();
  await page.locator("#notes").getByText(/^remote weather is paused since \d+:\d\d:\d\d$/).waitFor();
  assert.match(await page.locator("#remotes-count").textContent(), /^5: 1 failing.* 1 paused/);
  for (const kind of await page.evaluate(() => [...document.querySelectorAll("[data-kind]:not([data-kind=''])")].map((e) => e.dataset.kind))) {
    assert.equal(await page.locator(`.legend [data-kind=${kind}]`).count(), 1, `the legend knows ${kind}`);
  }
  await page.locator("#held").getByText("the bridge sent it itself").first().waitFor();
  const waiting = (route) => page.locator("#routes tbody tr").filter({ hasText: route }).getByText(/^[1-9]\d* of 10,000$/).first();
  await waiting("buildings").waitFor();
  assert.equal(await page.locator("#routes tbody tr").count(), 4);
  await page.locator("#routes-held").check();
  await page.waitForFunction(() => document.querySelectorAll("#routes tbody tr").length < 4);
  assert.match(await page.locator("#routes tbody").textContent(), /buildings/);
  await page.locator("#routes-held").uncheck();
  assert.equal(await change("resume", "remote", "weather"), 0);
  assert.equal(await change("resume", "route", "buildings"), 0);
  await page.waitForFunction(() => !document.querySelector("svg [data-kind=held]"));
});

check("is readable on a phone, in light and dark", async () => {
  const grounds = new Set();
  for (const colorScheme of ["light", "dark"]) {
    const phone = await open(address, { viewport: { width: 375, height: 800 }, colorScheme });
    await phone.waitForTimeout(1500);
    const [wide, screen] = await phone.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= screen, `the page is ${wide} wide on a screen of ${screen}`);
    grounds.add(await phone.evaluate(() => getComputedStyle(document.documentElement).backgroundColor));
    const least = await phone.evaluate(leastContrast);
    assert.ok(least.ratio >= 4.5, `${colorScheme}: contrast of ${least.ratio.toFixed(2)} in "${least.text}", want 4.5`);
    await phone.close();
  }
  assert.equal(grounds.size, 2);
});

// leastContrast looks at every text of the page. It runs there.
function leastContrast() {
  const parse = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  let least = { ratio: 99, text: "" };
  for (const element of document.querySelectorAll("main *, header *")) {
    if (element.closest("svg, select, meter") || ![...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || element.getClientRects().length === 0) continue;
    let ground = element;
    while (ground && (parse(getComputedStyle(ground).backgroundColor)[3] ?? 1) === 0) ground = ground.parentElement;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(parse(getComputedStyle(ground ?? document.documentElement).backgroundColor))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least.ratio) least = { ratio, text: element.textContent.slice(0, 40) };
  }
  return least;
}

check("fits words, numbers and arrows into boxes", async () => {
  const phone = await open(address, { viewport: { width: 375, height: 800 } });
  const { names, wide, heights, loose } = await phone.evaluate(drawMany);
  assert.deepEqual(names, Array.from({ length: 12 }, (_, i) => [`a-building-with-a-meter-${i}`, `route-of-the-building-${i}`]).flat().map(ending).sort(), "the ends of names are to be seen");
  assert.deepEqual(wide, [], "no text is wider than its box");
  assert.deepEqual(loose, [], "every arrow ends at its box and its route");
  assert.ok(Math.max(...heights) > 100 && heights.filter((high) => high < 60).length === 11, `boxes are ${heights} high, want one that has grown for its arrows`);
  await phone.close();
});

const ending = (name) => name.slice(-4);

// drawMany draws remotes with long names and large rates, that all send to the first. It runs in the page.
async function drawMany() {
  const { Picture } = await import("/picture.js");
  const numbers = Array.from({ length: 12 }, (_, i) => i), name = (i) => "a-building-with-a-meter-" + i;
  const remotes = new Map(numbers.map((i) => [name(i), { name: name(i), up: true, state: "receiving", rates: { received: 123456, sent: 98765 } }]));
  const directions = new Map(numbers.map((i) => [i, { route: "route-of-the-building-" + i, from: [name(i)], to: name(0), queued: 0, rates: { received: 1, forwarded: 1 } }]));
  const mine = document.createElement("div");
  document.getElementById("picture").after(mine);
  new Picture(mine).show(remotes, directions);
  const boxes = [...mine.querySelectorAll("rect")].map((rect) => [rect, rect.getBBox()]);
  const inside = ([, box], x, y) => x >= box.x - 4 && x <= box.x + box.width + 4 && y >= box.y && y <= box.y + box.height;
  const result = { names: [], wide: [], loose: [], heights: [...mine.querySelectorAll("a rect")].map((rect) => rect.getBBox().height) };
  for (const [rect, box] of boxes) {
    const texts = [...rect.parentElement.querySelectorAll("text")];
    result.names.push(texts[0].textContent.slice(-4));
    for (const text of texts.filter((t) => t.textContent)) if (text.getBBox().x < box.x || text.getBBox().x + text.getBBox().width > box.x + box.width) result.wide.push(text.textContent);
  }
  for (const path of mine.querySelectorAll("path.edge")) {
    for (const at of [path.getPointAtLength(0), path.getPointAtLength(path.getTotalLength())]) {
      if (!boxes.some((box) => inside(box, at.x, at.y))) result.loose.push(path.textContent);
    }
  }
  result.names.sort();
  return result;
}

check("says within 3 s that a link went down", async () => {
  const began = Date.now();
  southProcess.removeAllListeners("exit");
  southProcess.kill("SIGKILL");
  await rowOf(page, "south").getByText("failing").waitFor({ timeout: 3000 });
  assert.equal(await page.locator("svg a[data-kind=bad]").filter({ hasText: "south" }).count(), 1);
  assert.match(await page.locator("#reasons").textContent(), /remote south is/);
  console.log(`   after ${Date.now() - began} ms`);
});

check("shows that the bridge hangs, and goes on when it does", async () => {
  bridge.kill("SIGSTOP"); // its connections stay
  await page.getByText(/No connection to the bridge since/).waitFor({ timeout: 9000 });
  bridge.kill("SIGCONT");
  await page.locator("#lost").waitFor({ state: "hidden", timeout: 9000 });
});

check("says what the bridge says when it refuses", async () => {
  const refused = await browser.newPage();
  await refused.route("**/api/v1/overview/stream", (route) => route.fulfill({ status: 403, contentType: "application/json", body: JSON.stringify({ error: "that is no <b>host name</b> of mine" }) }));
  await refused.goto(`http://${address}/`);
  await refused.getByText("The bridge refuses to show its state: that is no <b>host name</b> of mine.").waitFor();
  await refused.close();
});

check("shows that the bridge is gone", async () => {
  bridge.removeAllListeners("exit");
  bridge.kill("SIGKILL");
  await page.getByText(/No connection to the bridge since/).waitFor({ timeout: 5000 });
  assert.equal(await page.locator("#ready").textContent(), "no connection");
});

check("works with 500 remotes", async () => {
  const remotes = Array.from({ length: 500 }, (_, i) => remote(`meter-${i}`, i % 2 ? north : "127.0.0.1:1", 'schedule {\n    every = "1h"\n    mode = "visit"\n  }')).join("");
  const [many] = await run(configuration("many.hcl", `admin {\n  listen = "127.0.0.1:0"\n}\nremote "hub" {\n  address = "${north}"\n  user = "admin"\n  password = "secret"\n}\n${remotes}
route "meters" {\n  from = [${Array.from({ length: 500 }, (_, i) => `remote.meter-${i}`).join(", ")}]\n  to = [remote.hub]\n}\n`));
  const crowd = await open(many, { viewport: { width: 1280, height: 1000 } });
  assert.equal(await crowd.locator("#remotes tbody tr").count(), 501);
  assert.ok((await crowd.locator("svg a").count()) <= 24, "the picture has too many boxes");
  await crowd.locator("#remotes-down").check();
  await crowd.waitForFunction(() => document.querySelectorAll("#remotes tbody tr").length < 501);
  const took = await crowd.evaluate(async () => {
    let longest = 0;
    for (let last = performance.now(), end = last + 3000; last < end;) {
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
    return longest;
  });
  console.log(`   longest pause ${Math.round(took)} ms`);
  assert.deepEqual(crowd.complaints, []);
  await crowd.close();
});

check("works with 500 remotes and as many routes", async () => {
  const numbers = Array.from({ length: 500 }, (_, i) => i);
  const [many, ended] = await run(configuration("routes.hcl", `admin {\n  listen = "127.0.0.1:0"\n  socket = "many.sock"\n}\nremote "hub" {\n  address = "${north}"\n  user = "admin"\n  password = "secret"\n}\n${numbers
    .map((i) => remote(`meter-${i}`, "127.0.0.1:1", 'schedule {\n    cron = "0 0 29 2 *"\n    mode = "visit"\n  }') + `route "of-${i}" {\n  from = [remote.meter-${i}]\n  to = [remote.hub]\n}\n`).join("")}`));
  const crowd = await open(many, { viewport: { width: 1280, height: 1000 } });
  assert.equal(await crowd.locator("#routes tbody tr").count(), 500);
  await crowd.locator("svg g > text").getByText("500 routes", { exact: true }).waitFor();
  await crowd.locator("svg a > text").getByText("500 remotes", { exact: true }).waitFor();
  const screens = await crowd.evaluate(() => document.querySelector("svg").getBoundingClientRect().height / innerHeight);
  assert.ok(screens < 1, `the picture is ${screens} screens high, want less than one`);
  const pause = (...what) => new Promise((resolve) => spawn(program, ["pause", ...what, "--socket", join(work, "many.sock")], { stdio: "ignore" }).on("exit", resolve));
  for (const i of [120, 121, 122, 123]) assert.equal(await pause("route", "of-" + i), 0);
  await crowd.locator("svg g[data-kind=held]").filter({ hasText: "of-123" }).waitFor();
  await crowd.locator("svg g > text").getByText("496 routes", { exact: true }).waitFor();
  await crowd.locator("svg a").filter({ hasText: "hub" }).focus();
  await crowd.evaluate(() => { document.querySelector("svg").drawnBefore = true; });
  assert.equal(await pause("route", "of-321"), 0);
  await crowd.locator("svg g[data-kind=held]").filter({ hasText: "of-321" }).waitFor();
  assert.deepEqual(await crowd.evaluate(() => [document.querySelector("svg").drawnBefore, document.activeElement.getAttribute("href")]), [undefined, "#remote-hub"], "it was drawn anew, and the focus stayed");
  assert.deepEqual(crowd.complaints, []);
  await crowd.close();
  ended.removeAllListeners("exit");
  ended.kill("SIGKILL");
});

check("asks for the token of a bridge that listens on a network", async () => {
  writeFileSync(join(work, "token"), "a-token-of-some-length\n", { mode: 0o600 });
  const [, port] = (await start(/admin server started: address=(\S+:\d+)/, "run", "--config", configuration("open.hcl", `admin {\n  listen = "0.0.0.0:0"\n  token_file = "token"\n}\n${remote("north", north)}`)))[0].match(/:(\d+)$/);
  const own = Object.values(networkInterfaces()).flat().find((i) => i.family === "IPv4" && !i.internal);
  if (!own) return console.log("   skipped: this machine has no address but the loopback one");
  const stranger = await browser.newPage();
  await stranger.goto(`http://${own.address}:${port}/`);
  for (const token of ["not-the-token-of-this-bridge", "a-token-of-some-length"]) {
    await stranger.locator("#login-token").fill(token);
    await stranger.keyboard.press("Enter");
    if (token.startsWith("not")) await stranger.getByText("That is not the token").waitFor();
  }
  await stranger.locator("#remote-north").waitFor();
  assert.equal(await stranger.locator("#login").isVisible(), false);
  await stranger.close();
});

let failed = 0;
try {
  for (const [what, body] of checks) {
    try {
      await body();
      console.log(`ok: ${what}`);
    } catch (error) {
      failed++;
      console.log(`FAILED: ${what}\n${error.stack}`);
    }
  }
} finally {
  await browser.close();
  for (const child of running) {
    child.removeAllListeners("exit");
    child.kill("SIGKILL");
  }
  hostile.close();
}
process.exit(failed ? 1 : 0);
