import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { digestOf } from '../../kit/digest.ts';
import { messageOf } from '../../kit/errors.ts';
import type { Logger } from '../../kit/logger.ts';
import type { BootBackend, BootValues } from '../../model/boot-config.ts';
import { readBootId } from '../boot-id.ts';
import { contentOf, save } from './boot-file.ts';

export interface AtBootOptions {
	/** Mount point of the host's root file system. */
	readonly root: string;
	/** Where the kernel shows its processes, `/proc`. */
	readonly proc: string;
	readonly log: Logger;
}

type Digests = Readonly<Record<string, string>>;

/** What the backends said when this boot of the host was first looked at: what the device runs with. */
export interface AtBoot {
	/** By variable the digest of its items. What is asked for the first time in a boot is as it is now. */
	of(backend: BootBackend, values: BootValues): Promise<Digests>;
}

const Memory = z.object({
	bootId: z.string(),
	backends: z.record(z.string(), z.record(z.string(), z.string())),
});
type Memory = z.infer<typeof Memory>;

/** Kept in a file that outlives the supervisor, with the boot's id, which tells when it is out of date. */
export function createAtBoot({ root, proc, log }: AtBootOptions): AtBoot {
	const filePath = path.join(root, 'tmp/balena-supervisor/boot-config-at-boot');
	let memory: Memory | undefined;

	const load = async (): Promise<Memory> => {
		const bootId = (await readBootId({ root, proc })) ?? '';
		if (memory?.bootId === bootId) return memory;
		const stored = parse((await contentOf(filePath).catch(() => undefined))?.toString('utf8'));
		return stored?.bootId === bootId ? stored : { bootId, backends: {} };
	};
	const keep = async (next: Memory): Promise<void> => {
		try {
			await mkdir(path.dirname(filePath), { recursive: true });
			await save(filePath, JSON.stringify(next));
		} catch (err) {
			log.warn({ reason: messageOf(err) }, 'boot configuration of this boot cannot be noted');
		}
	};
	return {
		async of(backend, values) {
			const known = await load();
			memory = known;
			const digests = known.backends[backend];
			if (digests !== undefined) return digests;
			const fresh = digestsOf(values);
			memory = { ...known, backends: { ...known.backends, [backend]: fresh } };
			await keep(memory);
			return fresh;
		},
	};
}

/** By name of the variable. */
export function digestsOf(values: BootValues): Digests {
	return Object.fromEntries(
		Object.entries(values).map(([name, items]) => [name, digestOf(items)] as const),
	);
}

function parse(text = ''): Memory | undefined {
	try {
		return Memory.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}
