import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { docker } from '../../commands/argv.ts';
import { defineCheck, ok, problem, warning, type Verdict } from '../check.ts';

export interface SpaceFacts {
	/** Folder of the engine's images and volumes. */
	readonly folder: string;
	readonly freeBytes: number;
	/** Of memory. */
	readonly availableBytes: number;
}

const GB = 1e9;
/** A build of the supervisor image and a device with its volumes. */
const NEEDED_BYTES = 3 * GB;
const COMFORTABLE_BYTES = 8 * GB;
const MEMORY_BYTES = 0.7 * GB;

export const spaceCheck = defineCheck({
	name: 'space',
	area: 'engine',
	needs: ['engine'],
	observe: async ({ shell, root }): Promise<SpaceFacts> => {
		const { stdout } = await shell.capture(docker('info', '--format', '{{.DockerRootDir}}'));
		const folders = [stdout.trim(), root]; // the engine may be on another machine, or its folder closed
		for (const folder of folders.filter((path) => path !== '')) {
			const stat = await statfs(folder).catch(() => undefined);
			if (stat === undefined) continue;
			return { folder, freeBytes: stat.bavail * stat.bsize, availableBytes: freemem() };
		}
		throw new Error(`none of ${folders.join(', ')} can be read`);
	},
	judge: judgeSpace,
});

export function judgeSpace({ folder, freeBytes, availableBytes }: SpaceFacts): Verdict {
	const free = `${(freeBytes / GB).toFixed(1)} GB free on ${folder}`;
	const tidy =
		'Make room: `docker system df` shows what takes it, `docker builder prune` frees some.';
	if (freeBytes < NEEDED_BYTES) return problem(`${free}; a device needs 3 GB`, tidy);
	if (freeBytes < COMFORTABLE_BYTES) return warning(`${free}, which a few builds will take`, tidy);
	const memory = `${(availableBytes / GB).toFixed(1)} GB of memory`;
	if (availableBytes < MEMORY_BYTES) {
		return warning(`${memory} left; a build needs about 0.7 GB`, 'End what needs much memory.');
	}
	return ok(`${free}, ${memory} left`);
}
