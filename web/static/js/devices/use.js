/** Shows a panel again whenever the devices change. */
import { useEffect, useState } from "preact/hooks";
/** @import { Devices } from "../media/devices.js" */

/** @param {Devices} devices */
export function useDevices(devices) {
  const [, again] = useState(0);
  useEffect(() => {
    const changed = () => again((count) => count + 1);
    devices.addEventListener("change", changed);
    devices.addEventListener("track", changed);
    return () => {
      devices.removeEventListener("change", changed);
      devices.removeEventListener("track", changed);
    };
  }, [devices]);
}
