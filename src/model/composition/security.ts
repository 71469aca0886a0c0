import { z } from 'zod';
import type { DeviceMapping } from '../container-spec.ts';
import type { ServiceComposition } from '../composition.ts';
import { snakeKeys } from './keys.ts';
import { longOrShort, reader } from './parsed.ts';
import { flag, textList, textMap, word } from './values.ts';

/** `host[:container[:permissions]]`; permissions are some of r, w and m, all of them by default. */
const shortDevice = reader(
	parseShortDevice,
	'must be a device such as /dev/ttyUSB0 or /dev/ttyUSB0:/dev/ttyS0:rw',
);

const longDevice = z
	.preprocess(
		snakeKeys,
		z.object({ source: word, target: word.optional(), permissions: word.default('rwm') }),
	)
	.transform(({ source, target = source, permissions }): DeviceMapping => ({
		PathOnHost: source,
		PathInContainer: target,
		CgroupPermissions: permissions,
	}));

/** What the container may do to the host. */
export const securityFields = {
	privileged: flag.default(false),
	read_only: flag.default(false),
	cap_add: textList.default([]),
	cap_drop: textList.default([]),
	group_add: textList.default([]),
	security_opt: textList.default([]),
	devices: z.array(longOrShort(longDevice, shortDevice), { error: 'must be a list' }).default([]),
	sysctls: textMap.default({}),
	ipc: word.optional(),
	pid: word.optional(),
	userns_mode: word.optional(),
	cgroup_parent: word.optional(),
};

type SecurityFields = z.infer<z.ZodObject<typeof securityFields>>;

export function toSecurity(fields: SecurityFields) {
	return {
		privileged: fields.privileged,
		readOnly: fields.read_only,
		capAdd: fields.cap_add,
		capDrop: fields.cap_drop,
		groupAdd: fields.group_add,
		// The engine adds and removes SELinux labels by itself, so they say nothing about drift.
		securityOpt: fields.security_opt.filter((option) => !/^label[=:]/.test(option)),
		devices: fields.devices,
		sysctls: fields.sysctls,
		ipc: fields.ipc,
		pid: fields.pid,
		usernsMode: fields.userns_mode,
		cgroupParent: fields.cgroup_parent,
	} satisfies Partial<ServiceComposition>;
}

function parseShortDevice(value: unknown): DeviceMapping | undefined {
	if (typeof value !== 'string') return undefined;
	const [PathOnHost = '', second, third, ...more] = value.trim().split(':');
	const isSecondPermissions = third === undefined && /^[rwm]{1,3}$/.test(second ?? '');
	const PathInContainer = isSecondPermissions ? PathOnHost : (second ?? PathOnHost);
	const CgroupPermissions = (isSecondPermissions ? second : third) ?? 'rwm';
	const isValid = PathOnHost !== '' && PathInContainer !== '' && more.length === 0;
	if (!isValid || !/^[rwm]{1,3}$/.test(CgroupPermissions)) return undefined;
	return { PathOnHost, PathInContainer, CgroupPermissions };
}
