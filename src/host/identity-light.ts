import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import { createWaker, type Waker } from '../kit/waker.ts';
import type { ConnectionLight, IdentityLight } from '../ports/host-services.ts';

export interface IdentityLightOptions {
	/** The kernel's file of its brightness: `/sys/class/leds/led0/brightness`. */
	readonly path: string;
	readonly clock: Clock;
	readonly log: Logger;
}

const blinkingMs = 15_000;

/** A moment of a pattern: bright or dark, for so many milliseconds. */
type Moment = readonly [isBright: boolean, ms: number];

const blink: readonly Moment[] = [
	[true, 250],
	[false, 250],
];
/** Four times, then a second without (contract 2.7). */
const lost: readonly Moment[] = [...blink, ...blink, ...blink, [true, 250], [false, 1250]];

/** The light that the kernel shows as a file; it shines as before when it has nothing to show. */
export function createIdentityLight({
	path,
	clock,
	log,
}: IdentityLightOptions): IdentityLight & ConnectionLight {
	const waker = createWaker(clock);
	let untilMs = -Infinity;
	let isLost = false;
	const pattern = (): readonly Moment[] | undefined => {
		if (clock.monotonicMs() < untilMs) return blink;
		return isLost ? lost : undefined;
	};
	return {
		name: 'identity light',
		blink() {
			untilMs = clock.monotonicMs() + blinkingMs;
			waker.wake();
		},
		showConnection(isConnected) {
			if (isLost === !isConnected) return;
			isLost = !isConnected;
			waker.wake();
		},
		async run(signal) {
			while (!signal.aborted) {
				await waker.wait(Infinity, signal).catch(() => undefined); // rejects only when the signal fires
				await show(pattern, { path, waker, signal }).catch((err: unknown) =>
					log.debug({ path, reason: messageOf(err) }, 'no light to blink with'),
				);
			}
		},
	};
}

/** Shows the pattern, from its beginning whenever it is another one, until there is none. */
async function show(
	pattern: () => readonly Moment[] | undefined,
	{ path, waker, signal }: { path: string; waker: Waker; signal: AbortSignal },
): Promise<void> {
	let shown = pattern();
	if (shown === undefined) return;
	const before = (await readFile(path, 'utf8')).trim();
	const brightest = await brightestOf(path);
	try {
		for (let turn = 0; shown !== undefined && !signal.aborted; turn++) {
			const [isBright = false, ms = 0] = shown[turn % shown.length] ?? [];
			await shine(path, isBright ? brightest : '0');
			await waker.wait(ms, signal).catch(() => undefined);
			const next = pattern();
			if (next !== shown) turn = -1;
			shown = next;
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
