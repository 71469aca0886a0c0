import { existsSync } from 'node:fs';
import { docker } from '../../commands/argv.ts';
import { defineCheck, ok, problem, type Verdict } from '../check.ts';

export interface CgroupFacts {
	/** `1` or `2`, as the engine says. */
	readonly version: string;
	readonly securityOptions: string;
	/** /sys/fs/cgroup/systemd is there, which systemd needs with version 1. */
	readonly hasSystemdHierarchy: boolean;
}

export const cgroupsCheck = defineCheck({
	name: 'cgroups',
	area: 'engine',
	needs: ['engine'],
	observe: async ({ shell }): Promise<CgroupFacts> => {
		const format = '{{.CgroupVersion}} {{json .SecurityOptions}}';
		const { stdout } = await shell.capture(docker('info', '--format', format));
		const [version = '', ...rest] = stdout.trim().split(' ');
		return {
			version,
			securityOptions: rest.join(' '),
			hasSystemdHierarchy: existsSync('/sys/fs/cgroup/systemd'),
		};
	},
	judge: judgeCgroups,
});

export function judgeCgroups(facts: CgroupFacts): Verdict {
	const { version, securityOptions, hasSystemdHierarchy } = facts;
	if (securityOptions.includes('rootless')) {
		return problem(
			'the engine is rootless: a device cannot have an engine of its own in it',
			'Use an engine that runs as root: docker context use default.',
		);
	}
	if (version === '1' && !hasSystemdHierarchy) {
		return problem(
			'cgroups of version 1 without the hierarchy that systemd needs',
			'sudo mkdir /sys/fs/cgroup/systemd && sudo mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd',
		);
	}
	return ok(`version ${version}`);
}
