/** A thin bar with a share of something. The figure stands beside it, so colour and length are not alone. */
export function Meter({ share, label, tone = "use" }: { share: number | null; label: string; tone?: "use" | "work" | "over" | "done" }) {
  const part = share === null ? 0 : Math.max(0, Math.min(1, share));
  return (
    <span
      className={`meter meter-${tone}`}
      role="progressbar"
      aria-valuenow={Math.round(part * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-label={label}
    >
      <span className="meter-fill" style={{ transform: `scaleX(${part})` }} />
    </span>
  );
}
