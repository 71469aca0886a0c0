import { inDevice } from '../../commands/inside.ts';
import type { CommandResult } from '../../effects/shell.ts';
import { defineCheck, ok, problem, type Verdict } from '../check.ts';

export const deviceEngineCheck = defineCheck({
	name: 'device-engine',
	area: 'device',
	needs: ['device'],
	observe: async ({ shell, names }) =>
		await shell.capture(inDevice(names, 'docker', 'version', '--format', '{{.Server.Version}}')),
	judge: judgeDeviceEngine,
});

/** @param answer - of `docker version` in the device */
export function judgeDeviceEngine({ code, stdout, stderr }: CommandResult): Verdict {
	if (code === 0) return ok(`answers, version ${stdout.trim()}`);
	return problem(
		`the device's engine does not answer (${stderr.trim().split('\n').at(-1) ?? ''})`,
		'It takes some seconds after a start. What it says: ./dindctl logs -n 50 -u docker.',
	);
}
