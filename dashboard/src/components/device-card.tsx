import type { Schemas } from '../../../tools/client/client.ts';
import { durationText } from '../format.ts';
import { Meter } from './meter.tsx';

type Status = Schemas['Status'];
type Cloud = NonNullable<Status['device']['cloud']>;

/** Who the device is, how it is connected, how busy it is. */
export function DeviceCard({ status }: { readonly status: Status }) {
	const { device } = status;
	return (
		<article class="card" aria-labelledby="device-title">
			<h2 id="device-title">Device</h2>
			<Load load={device.load} />
			<dl class="facts">
				<dt>Cloud</dt>
				<dd>
					{device.cloud === undefined ? 'none: unmanaged' : <CloudText cloud={device.cloud} />}
				</dd>
				{device.isLocalMode && (
					<>
						<dt>Mode</dt>
						<dd>local mode</dd>
					</>
				)}
				<dt>Addresses</dt>
				<dd class="mono">{device.ipAddresses.join(' ') || 'none'}</dd>
				<dt>Type</dt>
				<dd>
					{device.type}, {device.arch}
				</dd>
				<dt>System</dt>
				<dd>{device.osVersion ?? 'unknown'}</dd>
				<dt>Supervisor</dt>
				<dd>{device.supervisorVersion}</dd>
				<dt>UUID</dt>
				<dd class="mono break">{device.uuid}</dd>
			</dl>
		</article>
	);
}

const cloudWords: Readonly<Record<Cloud['state'], [string, string]>> = {
	connecting: ['busy', 'connecting'],
	connected: ['good', 'connected'],
	failing: ['bad', 'does not answer'],
	refused: ['bad', 'does not know this device'],
};

function CloudText({ cloud }: { readonly cloud: Cloud }) {
	const [tone, word] = cloudWords[cloud.state];
	const seen = cloud.secondsSinceContact;
	return (
		<>
			<span class={`dot ${tone}`} aria-hidden="true" /> {word}
			{cloud.state !== 'connected' && seen !== undefined && `, last seen ${durationText(seen)} ago`}
			{cloud.lastError !== undefined && <span class="soft block">{cloud.lastError}</span>}
		</>
	);
}

function Load({ load }: { readonly load: Status['device']['load'] }) {
	const { cpuPercent, memoryUsedMib, memoryTotalMib, storageUsedMib, storageTotalMib } = load;
	return (
		<div class="meters">
			{cpuPercent !== undefined && (
				<Meter label="Processor" percent={cpuPercent} text={`${Math.round(cpuPercent)} %`} />
			)}
			{memoryUsedMib !== undefined && memoryTotalMib !== undefined && (
				<Share label="Memory" used={memoryUsedMib} total={memoryTotalMib} />
			)}
			{storageUsedMib !== undefined && storageTotalMib !== undefined && (
				<Share label="Storage" used={storageUsedMib} total={storageTotalMib} />
			)}
			{load.temperatureC !== undefined && (
				<Meter label="Temperature" percent={load.temperatureC} text={`${load.temperatureC} °C`} />
			)}
			{load.isUndervolted === true && <p class="reason">The power supply is too weak.</p>}
		</div>
	);
}

interface ShareProps {
	readonly label: string;
	/** MiB, as the total. */
	readonly used: number;
	readonly total: number;
}

function Share({ label, used, total }: ShareProps) {
	const unit = total >= 10_240 ? 'GiB' : 'MiB';
	const scaled = (mib: number): string => (unit === 'GiB' ? (mib / 1024).toFixed(1) : String(mib));
	const text = `${scaled(used)} of ${scaled(total)} ${unit}`;
	return <Meter label={label} percent={(used / Math.max(1, total)) * 100} text={text} />;
}
