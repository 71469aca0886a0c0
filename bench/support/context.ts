import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import type { BenchDevice } from './bench-device.ts';
import type { TargetServer } from './target-server.ts';

/** What every question is given. */
export interface BenchContext {
	readonly device: BenchDevice;
	/** The device's engine. */
	readonly engine: DockerEngine;
	readonly cloud: TargetServer;
	readonly cloudUrl: string;
	readonly deviceUuid: string;
	/** How many requests the local API is asked before its memory is looked at again. */
	readonly requests: number;
}
