import { open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SupervisorError } from '../../kit/errors.ts';
import { exists } from '../network-facts.ts';
import { toHostFailure } from '../file-failure.ts';
import type { BootFile } from './boot-file.ts';

const name = 'HOST_ODMDATA_configuration';
/** The byte that stands for each mode, from mode 1 on. */
const modeBytes = [0, 1, 6, 7, 2, 3] as const;
/** The block holds the byte in three copies. */
const offsets = [1659, 5243, 18_043] as const;

/** The boot block of a Jetson TX2. @param root - mount point of the host's root file system */
export function createOdmdata(root: string): BootFile {
	const blockPath = path.join(root, 'dev/mmcblk0boot0');
	const guardPath = path.join(root, 'sys/block/mmcblk0boot0/force_ro');
	return {
		backend: 'odmdata',
		isThere: () => exists(blockPath),
		async read() {
			const bytes = await told(`cannot read ${blockPath}`, () => bytesOf(blockPath));
			const [first] = bytes;
			const mode = modeBytes.findIndex((byte) => byte === first) + 1;
			if (mode > 0 && bytes.every((byte) => byte === first)) return { [name]: [String(mode)] };
			// Torn, or made by others: a wish mends it.
			return {};
		},
		async change(change) {
			const byte = modeBytes[Number(change[name]?.[0]) - 1];
			if (byte === undefined) throw unknownMode();
			await told(`cannot write ${blockPath}`, () => writeUnlocked(byte, { blockPath, guardPath }));
		},
	};
}

async function bytesOf(blockPath: string): Promise<readonly (number | undefined)[]> {
	const block = await open(blockPath, 'r');
	try {
		const one = Buffer.alloc(1);
		const bytes: (number | undefined)[] = [];
		for (const offset of offsets) {
			const { bytesRead } = await block.read(one, 0, 1, offset);
			bytes.push(bytesRead === 1 ? one[0] : undefined);
		}
		return bytes;
	} finally {
		await block.close();
	}
}

interface Paths {
	readonly blockPath: string;
	readonly guardPath: string;
}

/** The kernel lets nobody write the block unless it is told to; it is told otherwise again in any case. */
async function writeUnlocked(byte: number, { blockPath, guardPath }: Paths): Promise<void> {
	const before = await readFile(guardPath, 'utf8');
	await writeFile(guardPath, '0');
	try {
		const block = await open(blockPath, 'r+');
		try {
			for (const offset of offsets) await block.write(Buffer.from([byte]), 0, 1, offset);
			await block.sync();
		} finally {
			await block.close();
		}
	} finally {
		await writeFile(guardPath, before.trim() === '0' ? '0' : '1');
	}
}

function unknownMode(): SupervisorError {
	return new SupervisorError('ODMDATA has the configurations 1 to 6', { code: 'CONFIG_INVALID' });
}

async function told<T>(action: string, work: () => Promise<T>): Promise<T> {
	return work().catch((err: unknown) => {
		throw toHostFailure(action, err);
	});
}
