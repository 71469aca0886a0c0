import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { digestOf } from '../kit/digest.ts';
import type { LogCursorStore } from '../ports/log-cursor-store.ts';
import { toStoreFailure } from './store-failure.ts';

const Slot = z.object({ number: z.number().int(), digest: z.string(), value: z.unknown() });
type Slot = z.infer<typeof Slot>;

/**
 * Two files that are written in turn, in place and without waiting for the disk: the kernel has what was written even if
 * this process is killed, and writes it out when it sees fit. So many savings cost a flash memory few writes, and a power
 * cut in the midst of one damages one of the two.
 * @param path - without the ending, which is `.0` or `.1`
 */
export function createLogCursorFile(path: string): LogCursorStore {
	const slotPath = (number: number): string => `${path}.${number % 2}`;
	let last = 0;
	return {
		async load() {
			const slots = await Promise.all([readSlot(slotPath(0)), readSlot(slotPath(1))]);
			const [newest] = slots
				.filter((slot) => slot !== undefined)
				.sort((a, b) => b.number - a.number);
			last = newest?.number ?? 0;
			return newest?.value;
		},
		async save(value) {
			const slot: Slot = { number: last + 1, digest: digestOf(value), value };
			try {
				await overwrite(slotPath(slot.number), Buffer.from(JSON.stringify(slot)));
			} catch (err) {
				throw toStoreFailure(`cannot write ${path}`, err);
			}
			last = slot.number;
		},
	};
}

async function readSlot(path: string): Promise<Slot | undefined> {
	try {
		const slot = Slot.parse(JSON.parse(await readFile(path, 'utf8')));
		return slot.digest === digestOf(slot.value) ? slot : undefined;
	} catch {
		return undefined; // absent, or cut off by a power cut
	}
}

/** Uses the blocks the file has already, so that it works on a full disk, too. */
async function overwrite(path: string, bytes: Buffer): Promise<void> {
	const file = await open(path, constants.O_RDWR | constants.O_CREAT);
	try {
		await file.write(bytes, 0, bytes.length, 0);
		await file.truncate(bytes.length);
	} finally {
		await file.close();
	}
}
