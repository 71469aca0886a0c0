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
	readonly State?: Maybe<{
		readonly Running?: boolean;
		readonly ExitCode?: number;
		readonly StartedAt?: string;
		readonly Error?: string;
	}>;
}

export function toContainerDetails({
	Id,
	Name = '',
	Image = '',
	RestartCount = 0,
	Config: config,
	State: state,
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
	};
}
