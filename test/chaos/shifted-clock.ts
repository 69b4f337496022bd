/**
 * Preloaded into a site's process (`--import`), and nowhere else: shifts its wall clock by the milliseconds that the
 * file in SIAGA_TEST_CLOCK holds, read ten times a second. Timers and `performance.now` go on as on any machine whose
 * clock is set.
 */
import { readFileSync } from 'node:fs';

const file = process.env['SIAGA_TEST_CLOCK'];
if (file !== undefined) {
  let shiftMs = 0;
  const read = () => {
    // Being written at this moment, or not there yet: as it was.
    try {
      shiftMs = Number(readFileSync(file, 'utf8')) || 0;
    } catch {
      return;
    }
  };
  const RealDate = Date;
  const realNow = Date.now;
  Date.now = () => realNow() + shiftMs;
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(Date.now()).toString(),
    construct: (target, parts: unknown[], made) =>
      Reflect.construct(target, parts.length === 0 ? [Date.now()] : parts, made) as Date,
  });
  read();
  setInterval(read, 100).unref();
}
