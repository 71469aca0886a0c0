import { z } from 'zod';
import type { DeviceMapping, DeviceRequest } from '../container-spec.ts';
import { longOrShort, reader } from './parsed.ts';
import { integerBetween, members, textList, textMap, word } from './values.ts';

/** A device of the host, or one that a driver of the engine names (Container Device Interface). */
export type ServiceDevice =
	| { readonly kind: 'mapped'; readonly mapping: DeviceMapping }
	| { readonly kind: 'named'; readonly name: string };

const permissionRule = /^[rwm]{1,3}$/;

/** `host[:container[:permissions]]`; permissions are some of r, w and m, all of them by default. */
const shortDevice = reader(
	parseShortDevice,
	'must be a device such as /dev/ttyUSB0 or /dev/ttyUSB0:/dev/ttyS0:rw',
);

const longDevice = members({
	source: word,
	target: word.optional(),
	permissions: word
		.refine((given) => permissionRule.test(given), 'must be some of r, w and m')
		.default('rwm'),
}).transform(({ source, target = source, permissions }) =>
	mapped({ PathOnHost: source, PathInContainer: target, CgroupPermissions: permissions }),
);

/** Devices, in their short and long form. */
export const devices = z.array(longOrShort<ServiceDevice>(longDevice, shortDevice), {
	error: 'must be a list',
});

export function mappedDevices(list: readonly ServiceDevice[]): DeviceMapping[] {
	return list.flatMap((device) => (device.kind === 'mapped' ? [device.mapping] : []));
}

/** Devices that are known by name are one request. */
export function namedDevices(list: readonly ServiceDevice[]): DeviceRequest[] {
	const names = list.flatMap((device) => (device.kind === 'named' ? [device.name] : []));
	return names.length === 0 ? [] : [{ Driver: 'cdi', DeviceIDs: names }];
}

function parseShortDevice(value: unknown): ServiceDevice | undefined {
	if (typeof value !== 'string') return undefined;
	const given = value.trim();
	if (/^[A-Za-z0-9][\w.-]*\/[\w.-]+=[\w.:-]+$/.test(given)) return { kind: 'named', name: given };
	const [PathOnHost = '', second, third, ...more] = given.split(':');
	const isSecondPermissions = third === undefined && permissionRule.test(second ?? '');
	const PathInContainer = isSecondPermissions ? PathOnHost : (second ?? PathOnHost);
	const CgroupPermissions = (isSecondPermissions ? second : third) ?? 'rwm';
	const isValid = PathOnHost !== '' && PathInContainer !== '' && more.length === 0;
	if (!isValid || !permissionRule.test(CgroupPermissions)) return undefined;
	return mapped({ PathOnHost, PathInContainer, CgroupPermissions });
}

function mapped(mapping: DeviceMapping): ServiceDevice {
	return { kind: 'mapped', mapping };
}

const count = z.preprocess(
	(value) => (value === 'all' ? -1 : value),
	integerBetween(-1, 1_000_000),
);

/** What a service asks a driver of the engine for; without a count and ids it is all there is. */
export const deviceRequest = members({
	driver: word.optional(),
	count: count.optional(),
	device_ids: textList.optional(),
	capabilities: textList.default([]),
	options: textMap.default({}),
})
	.refine((request) => request.count === undefined || request.device_ids === undefined, {
		message: 'must have a count or device_ids, not both',
	})
	.transform(({ driver, count: given, device_ids: ids, capabilities, options }): DeviceRequest => ({
		...(driver !== undefined && { Driver: driver }),
		...(ids === undefined ? { Count: given ?? -1 } : { DeviceIDs: ids }),
		Capabilities: [capabilities],
		...(Object.keys(options).length > 0 && { Options: options }),
	}));

/** `all`, or a list of requests; each is for a GPU, whatever else it asks for. */
export const gpus = z.preprocess(
	(value) => (value === 'all' ? [{}] : value),
	z
		.array(deviceRequest, { error: 'must be all, or a list' })
		.transform((requests) => requests.map(withGpu)),
);

function withGpu(request: DeviceRequest): DeviceRequest {
	const [capabilities = []] = request.Capabilities ?? [];
	return { ...request, Capabilities: [[...new Set([...capabilities, 'gpu'])]] };
}
