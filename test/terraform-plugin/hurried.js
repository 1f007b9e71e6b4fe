// Preloaded into a process, it makes the timers of the process 30 times faster.
const { setTimeout: timeout, setInterval: interval } = globalThis;
const HURRY = 30;

globalThis.setTimeout = (run, ms, ...rest) => timeout(run, ms / HURRY, ...rest);
globalThis.setInterval = (run, ms, ...rest) => interval(run, ms / HURRY, ...rest);
