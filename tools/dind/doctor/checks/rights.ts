import { readMissingCapabilities } from '../../effects/host.ts';
import { defineCheck, ok, problem, type Verdict } from '../check.ts';

/** Without these no engine runs inside a container. */
const INDISPENSABLE = ['SYS_ADMIN', 'NET_ADMIN', 'MKNOD', 'SYS_CHROOT', 'SETUID', 'SETGID'];

export const rightsCheck = defineCheck({
	name: 'rights',
	area: 'computer',
	observe: readMissingCapabilities,
	judge: judgeRights,
});

/** @param missing - capabilities that the bounding set of this computer's programs lacks */
export function judgeRights(missing: readonly string[]): Verdict {
	const lacking = missing.filter((name) => INDISPENSABLE.includes(name));
	if (lacking.length > 0) {
		return problem(
			`no container here can have ${lacking.join(', ')}`,
			'Is this a container itself? Start it with --privileged, or use another machine.',
		);
	}
	if (missing.length === 0) return ok('containers can have all capabilities');
	return ok(`containers can have all capabilities but ${missing.join(', ')}; devices do without`);
}
