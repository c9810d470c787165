try:
    try:
        raise ExceptionGroup('g', [ValueError(1), TypeError(2), ExceptionGroup('h', [ValueError(3)])])
    except* ValueError as e:
        print(e.exceptions)
    except* OSError:
        print('no')
except ExceptionGroup as rest:
    print(repr(rest), rest.split(TypeError)[1])
