import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface PromtoolResult {
	/** Undefined: promtool is not here. */
	readonly status: number | undefined;
	/** All it said. */
	readonly text: string;
}

/** Runs promtool in the project's folder: the machine's own, or the one that tools/setup fetched. */
export function runPromtool(args: readonly string[], input = ''): PromtoolResult {
	const path = [process.env.PATH ?? '', join(root, '.cache/promtool')].join(delimiter);
	const { error, status, stdout, stderr } = spawnSync('promtool', args, {
		...{ cwd: root, encoding: 'utf8', input, timeout: 60_000 },
		env: { ...process.env, PATH: path },
	});
	if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
		return { status: undefined, text: '' };
	}
	return { status: status ?? 1, text: `${stdout}${stderr}` };
}

/** What a test that is skipped for want of it says. */
export const noPromtool =
	'promtool is not here: tools/setup fetches it on Debian, and the package prometheus brings it';
