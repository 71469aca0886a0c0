import { defineCheck, ok, problem, type Verdict } from '../check.ts';

export const packagesCheck = defineCheck({
	name: 'packages',
	area: 'computer',
	observe: async ({ shell, root }) => {
		const argv = ['node', 'tools/setup/node-modules-ready.mjs'] as const;
		return (await shell.capture(argv, { cwd: root })).code === 0;
	},
	judge: judgePackages,
});

/** @param isReady - node_modules holds what package-lock.json names, sqlite3 compiled */
export function judgePackages(isReady: boolean): Verdict {
	if (isReady) return ok('node_modules is as package-lock.json says');
	return problem(
		'node_modules is not what package-lock.json says',
		'Run `sh tools/setup/setup node`; ./dindctl run does it, too.',
	);
}
