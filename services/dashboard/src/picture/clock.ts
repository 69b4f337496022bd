/**
 * The server's clock, as well as this page can know it. Ages are made from it, never from the machine's own time of
 * day: the clocks of duty-room PCs are wrong by minutes.
 */
import { type Readable, createStore } from '../store.ts';

/** The server's time at a reading of both of the machine's clocks. */
interface Reading {
  server: number;
  wall: number;
  steady: number;
}
let reading: Reading | undefined;

const ticks = createStore(Date.now());

/** Milliseconds since 1970 by the server's clock; by the machine's until the server has said it once. */
export const serverNow = (): number => {
  if (!reading) return Date.now();
  // The steady clock may stand still while the machine sleeps, the wall clock may be set back: an age too great
  // until the next beat is the smaller harm.
  const elapsed = Math.max(performance.now() - reading.steady, Date.now() - reading.wall);
  return reading.server + elapsed;
};

/** Takes in what the server said its time is. */
export const setServerTime = (now: string): void => {
  reading = { server: Date.parse(now), wall: Date.now(), steady: performance.now() };
  ticks.set(serverNow());
};

setInterval(() => ticks.set(serverNow()), 1000);

/** The server's time, told every second. */
export const clock: Readable<number> = ticks;
