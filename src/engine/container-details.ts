import type { ContainerDetails } from '../ports/container-engine.ts';
import type { Maybe, RawLabels } from './raw.ts';

/** `GET /containers/{id}/json`. */
export interface RawContainerDetails {
	readonly Id: string;
	readonly Name?: string;
	readonly Image?: string;
	readonly RestartCount?: number;
	readonly Config?: Maybe<{
		readonly Tty?: boolean;
		readonly Env?: Maybe<readonly string[]>;
		readonly Image?: string;
		readonly Labels?: RawLabels;
	}>;
	readonly HostConfig?: Maybe<{ readonly LogConfig?: Maybe<RawLogConfig> }>;
	readonly State?: Maybe<{
		readonly Running?: boolean;
		readonly ExitCode?: number;
		readonly StartedAt?: string;
		readonly Error?: string;
	}>;
}

interface RawLogConfig {
	readonly Type?: string;
	readonly Config?: Maybe<Readonly<Record<string, string>>>;
}

/** The engine's defaults are in it, too. */
function isRotated({ Type, Config: options }: RawLogConfig): boolean {
	return Type === 'local' || (Type === 'json-file' && options?.['max-size'] !== undefined);
}

const units: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };
/** Of the log driver `local`. */
const localDefault = '20m';

/** As the engine reads `max-size`: `10m`, `512kb`, `100000`. */
function fileBytesOf({ Type, Config: options }: RawLogConfig): number | undefined {
	const size = options?.['max-size'] ?? (Type === 'local' ? localDefault : '');
	const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([kmgt]?)i?b?$/i.exec(size) ?? [];
	if (number === undefined) return undefined;
	return Math.floor(Number(number) * 1024 ** (units[unit.toLowerCase()] ?? 0));
}

export function toContainerDetails({
	Id,
	Name = '',
	Image = '',
	RestartCount = 0,
	Config: config,
	State: state,
	HostConfig: hostConfig,
}: RawContainerDetails): ContainerDetails {
	return {
		containerId: Id,
		name: Name.replace(/^\//, ''),
		tty: config?.Tty ?? false,
		env: config?.Env ?? [],
		engineImageId: Image,
		imageReference: config?.Image ?? '',
		running: state?.Running ?? false,
		exitCode: state?.ExitCode ?? 0,
		startedAt: state?.StartedAt ?? '',
		restartCount: RestartCount,
		startError: state?.Error === '' ? undefined : state?.Error,
		labels: config?.Labels ?? {},
		isLogRotated: isRotated(hostConfig?.LogConfig ?? {}),
		logFileBytes: fileBytesOf(hostConfig?.LogConfig ?? {}),
	};
}
