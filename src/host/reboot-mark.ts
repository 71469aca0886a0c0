import { mkdir, readFile, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { createQueue } from '../kit/queue.ts';
import type { DueReboot, RebootMark } from '../ports/host.ts';
import { readBootId } from './boot-id.ts';
import { writeAtomically, writeInPlace } from './durable-write.ts';
import { isAbsent, toHostFailure } from './file-failure.ts';

export interface RebootMarkOptions {
	/** Mount point of the host's root file system. */
	readonly root: string;
	/** Default `/proc`. */
	readonly proc?: string | undefined;
}

const Mark = z.object({
	bootId: z.string(),
	reasons: z.array(z.string()),
	services: z.union([z.literal('all'), z.array(z.string()).readonly()]),
});
type Mark = z.infer<typeof Mark>;

/** Magic number of tmpfs: what is on it was made in this boot. */
const tmpfsType = 0x01_02_19_94;

/** The breadcrumb `/tmp/balena-supervisor/reboot-after-apply` of the host. */
export function createRebootMark({ root, proc = '/proc' }: RebootMarkOptions): RebootMark {
	const markPath = path.join(root, 'tmp/balena-supervisor/reboot-after-apply');
	const queue = createQueue();
	const bootId = async (): Promise<string> => (await readBootId({ root, proc })) ?? '';

	const read = async (): Promise<DueReboot | undefined> => {
		const text = await readMark(markPath);
		if (text === undefined) return undefined;
		const mark = parseMark(text);
		if (mark === undefined) return (await isOfThisBoot(markPath, proc)) ? byOthers : undefined;
		const { reasons, services } = mark;
		return mark.bootId === (await bootId()) ? { reasons, services } : undefined;
	};
	const add: RebootMark['add'] = async ({ reason, serviceKey }) => {
		const before = await read();
		const reasons = [...new Set([...(before?.reasons ?? []), reason])];
		const services = withService(before?.services ?? [], serviceKey);
		const text = JSON.stringify({ bootId: await bootId(), reasons, services } satisfies Mark);
		await mkdir(path.dirname(markPath), { recursive: true });
		if (!(await writeAtomically(markPath, text))) await writeInPlace(markPath, text);
	};
	const told = async <T>(work: () => Promise<T>): Promise<T> =>
		work().catch((err: unknown) => {
			throw toHostFailure(`cannot use ${markPath}`, err);
		});
	return {
		read: () => queue.run(() => told(read)),
		add: (request) => queue.run(() => told(() => add(request))),
	};
}

function withService(
	services: DueReboot['services'],
	serviceKey: string | undefined,
): DueReboot['services'] {
	if (services === 'all' || serviceKey === undefined) return services;
	return [...new Set([...services, serviceKey])];
}

/** A breadcrumb that is not ours: an empty file, as the reference and the host's own scripts make it. */
const byOthers: DueReboot = { reasons: [], services: 'all' };

async function readMark(markPath: string): Promise<string | undefined> {
	try {
		return await readFile(markPath, 'utf8');
	} catch (err) {
		if (isAbsent(err)) return undefined;
		throw err;
	}
}

function parseMark(text: string): Mark | undefined {
	try {
		return Mark.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}

/** Where the folder outlives a boot, only the clock is left to tell when the file was made. */
async function isOfThisBoot(markPath: string, proc: string): Promise<boolean> {
	if ((await statfs(markPath)).type === tmpfsType) return true;
	const bootSec = /^btime (\d+)$/m.exec(await readFile(path.join(proc, 'stat'), 'utf8'))?.[1];
	return bootSec !== undefined && (await stat(markPath)).mtimeMs >= Number(bootSec) * 1000;
}
