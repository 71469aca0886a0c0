import { docker } from '../../commands/argv.ts';
import type { CommandResult } from '../../effects/shell.ts';
import { defineCheck, ok, problem, warning, type Verdict } from '../check.ts';

export const engineCheck = defineCheck({
	name: 'engine',
	area: 'engine',
	observe: async ({ shell }) =>
		await shell.capture(docker('version', '--format', '{{.Server.Version}}')),
	judge: judgeEngine,
});

/** Devices are tried with this one and newer ones. */
const OLDEST = [20, 10] as const;

/** @param answer - of `docker version` */
export function judgeEngine({ code, stdout, stderr }: CommandResult): Verdict {
	const version = stdout.trim();
	if (code !== 0) return explainSilence(code, stderr);
	const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
	const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
	if (!isOld) return ok(`answers, version ${version}`);
	return warning(
		`version ${version} is older than ${OLDEST.join('.')}`,
		'Update Docker Engine: older ones are not tried.',
	);
}

function explainSilence(code: number, stderr: string): Verdict {
	const said = stderr.trim().split('\n').at(-1) ?? '';
	if (code === 127) {
		return problem(
			'there is no docker command',
			'Run `sh tools/setup/setup engine` as root on Debian, or install Docker Engine 20.10 or newer.',
		);
	}
	if (/permission denied/i.test(stderr)) {
		return problem(
			`you may not use the engine (${said})`,
			'Join the group: sudo usermod -aG docker "$USER", then log in again; or run this as root.',
		);
	}
	const host = process.env['DOCKER_HOST'] ?? '';
	const todo =
		host === ''
			? 'Start it: sudo systemctl start docker, or `sh tools/setup/setup engine` as root on Debian.'
			: `DOCKER_HOST is ${host}: unset it to use the engine of this computer.`;
	return problem(`does not answer (${said})`, todo);
}
