import type { VariableRow } from '../store/rows.ts';

/** Names with these beginnings configure the device; all others reach the services. */
const configPrefix = /^(?:RESIN|BALENA)_/;

/** True when a variable of this name belongs to `config`, false when to a service's environment. */
export const isConfigName = (name: string): boolean => configPrefix.test(name);

const toMap = (rows: readonly VariableRow[]): Record<string, string> =>
	Object.fromEntries(rows.map(({ name, value }) => [name, value]));

const pollInterval = 'RESIN_SUPERVISOR_POLL_INTERVAL';

/** Never sent: the web page's own settings, and one that makes an old OS reboot for ever. */
const isKept = (name: string): boolean =>
	!/^(?:BALENA|RESIN)_UI/.test(name) && name !== 'RESIN_HOST_LOG_TO_DISPLAY';

/**
 * Device configuration: fleet variables, over them those of the device, and the poll interval at least the floor. A
 * poll interval that is no number is sent as `NaN`.
 */
export function toConfig(
	variables: readonly VariableRow[],
	pollFloorMs: number,
): Record<string, string> {
	const config = toMap(variables.filter(({ name }) => isConfigName(name) && isKept(name)));
	const wishedMs = Number.parseInt(config[pollInterval] ?? '0', 10);
	return { ...config, [pollInterval]: String(Math.max(wishedMs, pollFloorMs)) };
}

/** Order of strength, weakest first: fleet, service, device, service of the device. */
const strength = ({ device_id, service_id }: VariableRow): number =>
	(device_id === null ? 0 : 2) + (service_id === null ? 0 : 1);

/** Cloud-side environment of a service; a stronger variable hides a weaker one of its name. */
export function toEnvironment(
	variables: readonly VariableRow[],
	serviceId: number,
): Record<string, string> {
	const own = variables
		.filter(({ name }) => !isConfigName(name))
		.filter(({ service_id }) => service_id === null || service_id === serviceId)
		.sort((a, b) => strength(a) - strength(b));
	return toMap(own);
}

const labelsOfConfig: Record<string, string> = {
	RESIN_SUPERVISOR_UPDATE_STRATEGY: 'io.resin.update.strategy',
	RESIN_SUPERVISOR_HANDOVER_TIMEOUT: 'io.resin.update.handover-timeout',
};

/** Configuration that reaches the services as labels. */
export function toLabels(config: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(labelsOfConfig).flatMap(([name, label]) => {
			const value = config[name];
			return value === undefined ? [] : [[label, value]];
		}),
	);
}
