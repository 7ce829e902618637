/** Part of both wrappers, that of new machines (wrapper.ts) and that of adopted ones (../../adopt/wrapper.ts): who sees it. */

export const screenPart = `\
# the screen: never open to the network. The devices are the same whatever shows them, so that a saved state fits.
case $console in
  VNC)
    case $display in
      '') problem "VNC has no display" "--vncaccessdisplay=77, or set VNCACCESSDISPLAY in $config" ;;
      *) number 'the VNC display' "$display" 59635 ;;
    esac
    set -- "$@" -vnc "127.0.0.1:$display"
    ;;
  SDL | X11)
    if since 1000; then set -- "$@" -display sdl; else set -- "$@" -sdl; fi
    ;;
  NONE | CLI0 | CLI | EMACS | EMACSM | EMACSA | EMACSAM | GTERM | XTERM)
    if [ -n "$room" ]; then
      doubled "$sock.vnc"
      set -- "$@" -vnc "unix:$out"
    else
      set -- "$@" -vnc none
    fi
    ;;
  *) problem "there is no console $console" "--console=VNC, CLI, CLI0, SDL or NONE" ;;
esac
`
