# Who loses when China's exports of gallium stop?  Needs the library only: python3 gallium.py
import ctypes, ctypes.util, json, os

lib = ctypes.CDLL(os.environ.get("SUPPLYNET_LIBRARY") or ctypes.util.find_library("supplynet"))
lib.supplynet_error.restype = ctypes.c_char_p
words = [b"whatif", b"--remove", b"CHN", b"--mode", b"exports", b"-c", b"gallium"]
text = ctypes.c_char_p()
if lib.supplynet_answer(None, len(words), (ctypes.c_char_p * len(words))(*words), ctypes.byref(text)):
    raise SystemExit(lib.supplynet_error().decode())
for buyer in json.loads(text.value)["results"]["buyers"][:3]:
    print(buyer["id"], f"{buyer['loss']:.1%}", f"{buyer['lost']:.1f}", buyer["unit"])
lib.supplynet_free(text)
