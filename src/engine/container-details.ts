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
	};
}
