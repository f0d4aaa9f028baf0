// How long the first look takes on a slow phone and a slow network: nothing cached, processor 4 times slower, 1.6 Mbit/s,
// 150 ms there and back. Largest contentful paint and total blocking time, as the web vitals define them.
import { expect, run_steps } from './world.mjs';

const LCP_MS = 2500;
const BLOCKED_MS = 200;
const RUNS = 3;
const SPEED = process.env.TIELINE_SABOTAGE === 'slow_network' ? 0.2 : 1;

function observe() {
  window.seen = { lcp: 0, what: '', tasks: [] };
  new PerformanceObserver((list) => {
    for (const one of list.getEntries())
      window.seen = {
        ...window.seen,
        lcp: one.startTime,
        what: `${one.element?.tagName ?? ''} ${one.element?.className ?? ''}`,
      };
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.seen.tasks.push([one.startTime, one.duration]);
  }).observe({ type: 'longtask', buffered: true });
}

/** One cold load in a browser context of its own. */
async function load(world, path, slow) {
  const context = await world.browser.newContext({ viewport: { width: 412, height: 823 } });
  const page = await context.newPage();
  await page.addInitScript(observe);
  const tools = await context.newCDPSession(page);
  await tools.send('Network.enable');
  await tools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: (slow * 1_600_000) / 8,
    uploadThroughput: 750_000 / 8,
  });
  await tools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.goto(world.url + path, { waitUntil: 'load', timeout: 60_000 });
  await page.waitForTimeout(6000); // whatever comes late is still seen
  const seen = await page.evaluate(() => ({
    ...window.seen,
    fcp: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  }));
  await context.close();
  const blocked = seen.tasks
    .filter(([start]) => start >= seen.fcp && start < seen.fcp + 6000)
    .reduce((sum, [, took]) => sum + Math.max(0, took - 50), 0);
  return { fcp: Math.round(seen.fcp), lcp: Math.round(seen.lcp), blocked: Math.round(blocked), what: seen.what };
}

const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function fast_enough(world, path) {
  const runs = [];
  for (let run = 0; run < RUNS; ++run) runs.push(await load(world, path, SPEED));
  const lcp = middle(runs.map((one) => one.lcp));
  const blocked = middle(runs.map((one) => one.blocked));
  console.log(
    `     ${path}: largest paint ${lcp} ms (${runs[0].what}), blocked ${blocked} ms; ${JSON.stringify(runs)}`,
  );
  expect(lcp > 0, 'nothing was painted');
  expect(lcp <= LCP_MS, `the largest paint of ${path} came after ${lcp} ms`);
  expect(blocked <= BLOCKED_MS, `${path} was blocked for ${blocked} ms`);
}

/**
 * The measurement itself must see a slower network. Much of a first paint is the way there and back, which stays as it is,
 * and single loads differ by a quarter: at a quarter of the speed 3,480 ms once were 1.2 times a slow 2,824 ms. So the
 * better of two loads counts, at an eighth.
 */
async function sees_slowness(world) {
  const paint = async (speed) => {
    const loads = [await load(world, '/', speed), await load(world, '/', speed)];
    return Math.min(...loads.map((one) => one.lcp));
  };
  const fine = await paint(1);
  const slow = await paint(0.125);
  expect(slow > fine * 1.5, `at an eighth of the speed: ${slow} ms instead of ${fine} ms`);
}

await run_steps({
  console: (world) => fast_enough(world, '/'),
  technician: (world) => fast_enough(world, '/tech/'),
  'a slower network is seen': sees_slowness,
});
