import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import { createWaker } from '../kit/waker.ts';
import type { IdentityLight } from '../ports/host-services.ts';

export interface IdentityLightOptions {
	/** The kernel's file of its brightness: `/sys/class/leds/led0/brightness`. */
	readonly path: string;
	readonly clock: Clock;
	readonly log: Logger;
}

const blinkingMs = 15_000;
/** On and off, in milliseconds. */
const phaseMs = 250;

/** The light that the kernel shows as a file; it shines as before afterwards. */
export function createIdentityLight({ path, clock, log }: IdentityLightOptions): IdentityLight {
	const waker = createWaker(clock);
	let untilMs = -Infinity;
	return {
		name: 'identity light',
		blink() {
			untilMs = clock.monotonicMs() + blinkingMs;
			waker.wake();
		},
		async run(signal) {
			while (!signal.aborted) {
				await waker.wait(Infinity, signal).catch(() => undefined); // rejects only when the signal fires
				await blinkWhile(() => clock.monotonicMs() < untilMs, { path, clock, signal }).catch(
					(err: unknown) => log.debug({ path, reason: messageOf(err) }, 'no light to blink with'),
				);
			}
		},
	};
}

async function blinkWhile(
	isBlinking: () => boolean,
	{ path, clock, signal }: { path: string; clock: Clock; signal: AbortSignal },
): Promise<void> {
	if (!isBlinking()) return;
	const before = (await readFile(path, 'utf8')).trim();
	const brightest = await brightestOf(path);
	try {
		for (let isOn = true; isBlinking() && !signal.aborted; isOn = !isOn) {
			await shine(path, isOn ? brightest : '0');
			await clock.sleep(phaseMs, signal).catch(() => undefined);
		}
	} finally {
		await shine(path, before);
	}
}

async function brightestOf(filePath: string): Promise<string> {
	const beside = path.join(path.dirname(filePath), 'max_brightness');
	const text = await readFile(beside, 'utf8').catch(() => '');
	return /^\d+$/.test(text.trim()) ? text.trim() : '1';
}

/** A file that is not there is not made. */
function shine(filePath: string, brightness: string): Promise<void> {
	return writeFile(filePath, brightness, { flag: 'r+' });
}
