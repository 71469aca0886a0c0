/** A process that puts numbered lines on the disk as fast as it can, and prints the number of each that is there. */
import { silentLogger } from '../../../src/kit/logger.ts';
import { systemClock } from '../../../src/kit/clock.ts';
import { createLogSpool } from '../../../src/logs/spool.ts';

const [folder = '', first = '0'] = process.argv.slice(2);
const spool = createLogSpool({
	folder,
	limitBytes: () => 64 * 1024 * 1024,
	say: (message) => void process.stdout.write(`said ${message}\n`),
	clock: systemClock,
	log: silentLogger,
});
await spool.open();
for (let number = Number(first); ; number++) {
	const text = `${JSON.stringify({ number, filler: Math.random() })}\n`.repeat(200);
	if (await spool.append(text, 200)) process.stdout.write(`${number}\n`);
}
