/** The mark: three warps and the weft that goes through them. */
export function Weave({ size = 22, muted = false }: { size?: number; muted?: boolean }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" className={muted ? "weave muted" : "weave"}>
      <g fill="none" strokeLinecap="round" strokeWidth="2">
        <path className="warp" d="M6 3v18M12 3v18M18 3v18" />
        <path className="weft" d="M2 8.5h2M8 8.5h8M20 8.5h2" />
        <path className="weft" d="M2 15.5h8M14 15.5h8" />
      </g>
    </svg>
  );
}
