import { isRecord } from '../../kit/digest.ts';
import { snakeCase } from './keys.ts';
import { restartPolicyOf } from './process.ts';

/** Fields that are not read here because others of the document, or the build, take care of them. */
const silent = new Set(['image', 'build', 'labels', 'environment', 'running', 'contract']);

/** Members of the long forms that have an effect, or mean what happens anyway. */
const nested: Readonly<Record<string, readonly string[]>> = {
	healthcheck: ['test', 'disable', 'interval', 'timeout', 'start_period', 'retries'],
	ports: ['target', 'published', 'host_ip', 'protocol', 'mode', 'name'],
	volumes: ['type', 'source', 'target', 'read_only', 'volume', 'tmpfs', 'consistency'],
	depends_on: ['condition', 'restart', 'required'],
	networks: ['aliases', 'ipv4_address', 'ipv6_address', 'link_local_ips'],
	devices: ['source', 'target', 'permissions'],
};

/**
 * Fields of a composition that have no effect, each with its reason.
 * @param composition - with snake_case names, see snakeKeys
 * @param known - the names of the fields that are read
 */
export function ignoredFields(
	composition: Readonly<Record<string, unknown>>,
	known: ReadonlySet<string>,
): string[] {
	const unknown = Object.keys(composition).filter(
		(name) => !known.has(name) && !silent.has(name) && !name.startsWith('x-'),
	);
	return [
		...unknown.map((name) => `${name}: not supported`),
		...Object.keys(nested).flatMap((name) => ignoredMembers(name, composition[name])),
		...ignoredValues(composition),
	];
}

function ignoredMembers(field: string, value: unknown): string[] {
	if (field === 'healthcheck') return strangeKeys(field, field, value);
	if (Array.isArray(value)) {
		const members: readonly unknown[] = value;
		return members.flatMap((member, index) => strangeKeys(field, `${field}[${index}]`, member));
	}
	return recordEntries(value).flatMap(([key, member]) =>
		strangeKeys(field, `${field}.${key}`, member),
	);
}

function strangeKeys(field: string, at: string, member: unknown): string[] {
	const known = nested[field] ?? [];
	return recordEntries(member)
		.filter(([key]) => !known.includes(snakeCase(key)))
		.map(([key]) => `${at}.${key}: not supported`);
}

function ignoredValues(composition: Readonly<Record<string, unknown>>): string[] {
	const { restart, network_mode: networkMode } = composition;
	const isForeign = typeof networkMode === 'string' && networkMode.startsWith('container:');
	return [
		...(restartPolicyOf(restart) === undefined
			? ['restart: not a restart policy, always is taken']
			: []),
		...(isForeign ? ['network_mode: containers of others cannot be joined'] : []),
	];
}

function recordEntries(value: unknown): readonly (readonly [string, unknown])[] {
	return isRecord(value) ? Object.entries(value) : [];
}
