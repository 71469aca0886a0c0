import { z } from 'zod';
import type { ServiceComposition } from '../composition.ts';
import { devices, mappedDevices } from './devices.ts';
import { field } from './field.ts';
import { Partly } from './partly.ts';
import { flag, textList, textMap, word } from './values.ts';

/** The engine adds and removes SELinux labels by itself, so they say nothing about drift. */
const securityOptions = textList.transform((options) => {
	const isLabel = (option: string): boolean => /^label[=:]/.test(option);
	return new Partly(
		options.filter((option) => !isLabel(option)),
		options.flatMap((option, index) =>
			isLabel(option) ? [{ path: [index], reason: 'labels of SELinux are not supported' }] : [],
		),
	);
});

/** A namespace of the container: a word of the engine, or that of another service; those of strangers cannot be joined. */
const namespace = word.transform((mode) =>
	mode.startsWith('container:')
		? new Partly<string | undefined>(undefined, [
				{ path: [], reason: 'containers of others cannot be joined' },
			])
		: new Partly<string | undefined>(mode),
);

const cgroupRule = z
	.string()
	.regex(/^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$/, 'must be a rule such as c 13:* rw');

/** What the container may do to the host. */
export const securityFields = {
	privileged: field(flag.default(false), {
		forms: 'boolean',
		engine: 'HostConfig.Privileged',
		fallback: '`false`',
		doc: 'All capabilities and devices of the host.',
	}),
	read_only: field(flag.default(false), {
		forms: 'boolean',
		engine: 'HostConfig.ReadonlyRootfs',
		fallback: '`false`',
		doc: "Makes the container's own filesystem read-only.",
	}),
	cap_add: field(textList.default([]), {
		forms: 'list of capabilities',
		engine: 'HostConfig.CapAdd',
		fallback: 'none',
		doc: "Capabilities beyond the engine's default.",
	}),
	cap_drop: field(textList.default([]), {
		forms: 'list of capabilities',
		engine: 'HostConfig.CapDrop',
		fallback: 'none',
		doc: 'Capabilities the process shall not have.',
	}),
	group_add: field(textList.default([]), {
		forms: 'list of names and numbers',
		engine: 'HostConfig.GroupAdd',
		fallback: 'none',
		doc: 'Further groups of the process.',
	}),
	security_opt: field(securityOptions.optional(), {
		forms: 'list of options; `label=…` has no effect',
		engine: 'HostConfig.SecurityOpt',
		fallback: 'none',
		doc: 'Options of seccomp, AppArmor and the like.',
	}),
	devices: field(devices.default([]), {
		forms:
			'list of `host[:container[:permissions]]`, of maps of `source`, `target`, `permissions`, or of names such as `vendor.com/class=name`',
		engine: 'HostConfig.Devices; names: HostConfig.DeviceRequests',
		fallback: 'none',
		doc: 'Devices of the host; permissions are some of `rwm`, all by default.',
	}),
	device_cgroup_rules: field(z.array(cgroupRule, { error: 'must be a list' }).default([]), {
		forms: 'list of rules such as `c 13:* rw`',
		engine: 'HostConfig.DeviceCgroupRules',
		fallback: 'none',
		doc: 'Kinds of devices the process may use, also those plugged in later.',
	}),
	sysctls: field(textMap.default({}), {
		forms: 'map, or list of `name=value`',
		engine: 'HostConfig.Sysctls',
		fallback: 'none',
		doc: "Kernel parameters of the container's namespaces.",
	}),
	ipc: field(namespace.optional(), {
		forms: '`shareable`, `private`, `host`, `none`, `service:X`; `container:X` has no effect',
		engine: 'HostConfig.IpcMode',
		fallback: '`shareable`',
		doc: 'Shared memory and semaphores: its own, or those of the host or of another service, which then comes first.',
	}),
	pid: field(namespace.optional(), {
		forms: '`host`, `service:X`; `container:X` has no effect',
		engine: 'HostConfig.PidMode',
		fallback: 'its own',
		doc: 'The processes the container sees: its own, or those of the host or of another service, which then comes first.',
	}),
	uts: field(z.literal('host', { error: 'must be host' }).optional(), {
		forms: '`host`',
		engine: 'HostConfig.UTSMode',
		fallback: 'its own',
		doc: 'Whose host name the container sees and may change.',
	}),
	userns_mode: field(word.optional(), {
		forms: '`host`',
		engine: 'HostConfig.UsernsMode',
		fallback: "the engine's setting",
		doc: 'Whether ids of users are mapped.',
	}),
	cgroup: field(z.enum(['host', 'private'], { error: 'must be host or private' }).optional(), {
		forms: '`host`, `private`',
		engine: 'HostConfig.CgroupnsMode',
		fallback: "the engine's setting",
		doc: 'The control groups the container sees.',
	}),
	cgroup_parent: field(word.optional(), {
		forms: 'string',
		engine: 'HostConfig.CgroupParent',
		fallback: "the engine's",
		doc: "The control group above the container's.",
	}),
	runtime: field(word.optional(), {
		forms: 'string',
		engine: 'HostConfig.Runtime',
		fallback: "the engine's setting",
		doc: 'The OCI runtime of the engine that runs the container.',
	}),
};

type SecurityFields = z.infer<z.ZodObject<typeof securityFields>>;

export function toSecurity(fields: SecurityFields) {
	return {
		privileged: fields.privileged,
		readOnly: fields.read_only,
		capAdd: fields.cap_add,
		capDrop: fields.cap_drop,
		groupAdd: fields.group_add,
		securityOpt: fields.security_opt?.taken ?? [],
		devices: mappedDevices(fields.devices),
		deviceCgroupRules: fields.device_cgroup_rules,
		sysctls: fields.sysctls,
		ipc: fields.ipc?.taken,
		pid: fields.pid?.taken,
		uts: fields.uts,
		usernsMode: fields.userns_mode,
		cgroup: fields.cgroup,
		cgroupParent: fields.cgroup_parent,
		runtime: fields.runtime,
	} satisfies Partial<ServiceComposition>;
}
