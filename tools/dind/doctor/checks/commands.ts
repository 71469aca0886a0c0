import { defineCheck, ok, problem, warning, type Verdict } from '../check.ts';

/** Programs by what they are for; the first ones are needed in any case. */
const NEEDED = ['docker', 'tar'] as const;
const USEFUL = { ssh: './sync.ts over ssh', git: 'npm test', npm: 'builds' } as const;

export const commandsCheck = defineCheck({
	name: 'commands',
	area: 'computer',
	observe: async ({ shell }) => {
		const asked = [...NEEDED, ...Object.keys(USEFUL)];
		const script = 'for name; do command -v "$name" >/dev/null || echo "$name"; done';
		const { stdout } = await shell.capture(['sh', '-c', script, 'sh', ...asked]);
		return stdout.split('\n').filter((name) => name !== '');
	},
	judge: judgeCommands,
});

/** @param missing - names of programs that are not in PATH */
export function judgeCommands(missing: readonly string[]): Verdict {
	const needed = missing.filter((name) => NEEDED.some((known) => known === name));
	if (needed.length > 0) {
		return problem(
			`not installed: ${needed.join(', ')}`,
			'Run `sh tools/setup/setup run` as root on Debian, or install them with your package manager.',
		);
	}
	const wanting = Object.entries(USEFUL).filter(([name]) => missing.includes(name));
	if (wanting.length === 0) return ok([...NEEDED, ...Object.keys(USEFUL)].join(', '));
	return warning(
		`not installed: ${wanting.map(([name, use]) => `${name} (for ${use})`).join(', ')}`,
		'Install what you want to use with your package manager.',
	);
}
